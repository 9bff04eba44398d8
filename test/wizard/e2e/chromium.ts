import { type Browser, chromium } from 'playwright-core';

/** Debian's, or the one of LOCKSTEP_CHROMIUM. */
export const CHROMIUM: string = process.env['LOCKSTEP_CHROMIUM'] ?? '/usr/bin/chromium';

/** No sandbox, since machines that test run it as root; and nothing that asks other hosts for anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage', // which is small in containers
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Against a hang only. */
const PATIENCE_MS = 120_000;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS, timeout: PATIENCE_MS });
}
