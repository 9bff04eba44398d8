import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PEERS, ROOT } from '../paths.js';

export interface BundleSize {
  readonly what: string;
  readonly minified: number;
  readonly gzipped: number;
}

const ENTRIES: readonly (readonly [what: string, folder: string, code: string])[] = [
  ['lockstep-mfa: `totp`', ROOT, "export { totp } from 'lockstep-mfa'"],
  ['lockstep-mfa: `totp`, `parseSecret`', ROOT, "export { parseSecret, totp } from 'lockstep-mfa'"],
  ['lockstep-mfa/device: `verifyCode`', ROOT, "export { verifyCode } from 'lockstep-mfa/device'"],
  [
    'lockstep-mfa/device: `verifyCode`, with `parseSecret`',
    ROOT,
    "export { verifyCode } from 'lockstep-mfa/device'; export { parseSecret } from 'lockstep-mfa'",
  ],
  ['lockstep-mfa: everything', ROOT, "export * from 'lockstep-mfa'"],
  ['otplib: `generateSync`', PEERS, "export { generateSync } from 'otplib'"],
  ['otplib: `verifySync`', PEERS, "export { verifySync } from 'otplib'"],
  ['otpauth: `TOTP`, `Secret`', PEERS, "export { Secret, TOTP } from 'otpauth'"],
  ['@oslojs/otp: `generateTOTP` (SHA-1 alone)', PEERS, "export { generateTOTP } from '@oslojs/otp'"],
  ['@epic-web/totp: `generateTOTP` (on WebCrypto)', PEERS, "export { generateTOTP } from '@epic-web/totp'"],
];

/** What a browser has to load, with all three algorithms where the library has them. */
export async function bundleSizes(): Promise<BundleSize[]> {
  return Promise.all(
    ENTRIES.map(async ([what, resolveDir, contents]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir },
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        write: false,
      });
      const code = outputFiles[0]!.contents;
      return { what, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
    }),
  );
}
