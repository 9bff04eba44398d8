import { OURS } from '../contenders/contender.js';
import { execute } from '../execute.js';
import { PEERS, ROOT } from '../paths.js';
import { median } from '../statistics.js';

/** The import and a first verification ±1, as the library's users write them. */
const FIRST_USE: Readonly<Record<string, string>> = {
  [OURS]: `const { matchCode, parseSecret } = await import('lockstep-mfa');
    matchCode(parseSecret(secret), code, { counter });`,
  [`${OURS}/core`]: `const { matchCode, parseSecret } = await import('lockstep-mfa/core');
    matchCode(parseSecret(secret), code, { counter });`,
  'node:crypto': `const { createHmac } = await import('node:crypto');
    const key = Buffer.alloc(20, 1), message = Buffer.alloc(8);
    for (let c = counter - 1; c <= counter + 1; c++) {
      message.writeUInt32BE(c, 4);
      createHmac('sha1', key).update(message).digest();
    }`,
  'otplib (noble)': `const { verifySync } = await import('otplib');
    verifySync({ secret, token: code, epoch: counter * 30, epochTolerance: 30 });`,
  otpauth: `const { Secret, TOTP } = await import('otpauth');
    new TOTP({ secret: Secret.fromBase32(secret) }).validate({ token: code, timestamp: counter * 30000, window: 1 });`,
  '@oslojs/otp': `const { verifyTOTPWithGracePeriod } = await import('@oslojs/otp');
    const { decodeBase32 } = await import('@oslojs/encoding');
    verifyTOTPWithGracePeriod(decodeBase32(secret), 30, 6, code, 30);`,
  '@epic-web/totp': `const { verifyTOTP } = await import('@epic-web/totp');
    await verifyTOTP({ otp: code, secret, algorithm: 'SHA-1' });`,
  speakeasy: `const { default: speakeasy } = await import('speakeasy');
    speakeasy.totp.verify({ secret, encoding: 'base32', token: code, counter, window: 1 });`,
};

/** Milliseconds from the beginning of a process's own code, in processes that begin by turns. */
export async function coldStarts(rounds: number): Promise<Record<string, number>> {
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, use] of Object.entries(FIRST_USE)) {
      const script = `const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', code = '000000', counter = 56666666;
        const startMs = performance.now();
        ${use}
        console.log(performance.now() - startMs);`;
      const { stdout } = await execute(
        process.execPath,
        ['--no-deprecation', '--input-type=module', '--eval', script],
        { cwd: name.startsWith(OURS) ? ROOT : PEERS },
      );
      samples.set(name, [...(samples.get(name) ?? []), Number(stdout)]);
    }
  }
  return Object.fromEntries([...samples].map(([name, ms]) => [name, median(ms)]));
}
