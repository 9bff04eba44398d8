/** The globals that each runtime lacks, as docs/runtimes.md has them: a test that needs one is left out there alone. */
export const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  quickjs: [
    'TextDecoder',
    'TextEncoder',
    'btoa',
    'crypto.getRandomValues',
    'crypto.subtle',
    'performance',
    'setTimeout',
    'structuredClone',
  ],
};
