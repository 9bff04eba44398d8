import { parseSecret, type Secret, totp } from 'lockstep-mfa';
import { expect, it } from 'vitest';
import { bundle, Program } from './program.js';

const MAIN = await bundle('docs/examples/quick-start.ts');

/** What an app shows after so many periods, to which the setup key was copied from the screen. */
async function phone(program: Program): Promise<(periods: number) => string> {
  const shown = await program.until('Code: ');
  const secret: Secret = parseSecret(/^[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}$/m.exec(shown)?.[0] as string);
  return (periods) => totp(secret, { nowMs: Date.now() + periods * 30_000 });
}

it('the quick start enrolls a phone and signs in', async () => {
  const program = new Program(process.execPath, [MAIN]);
  const code = await phone(program);
  program.type(code(0));
  await program.until('Next code: ');
  program.type(code(1));
  await program.until('Sign in: ');
  program.type(code(2));
  await program.until('Welcome.\n');
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(program.errors).toBe('');
});

it('the quick start refuses a code that was used to enroll', async () => {
  const program = new Program(process.execPath, [MAIN]);
  const code = await phone(program);
  const second = code(1);
  program.type(code(0));
  await program.until('Next code: ');
  program.type(second);
  await program.until('Sign in: ');
  program.type(second);
  await program.until('code-reused\n');
  expect(program.output).not.toContain('Welcome');
});

it('the quick start names the reason for which two codes do not enroll', async () => {
  const program = new Program(process.execPath, [MAIN]);
  await phone(program);
  program.type('12345');
  await program.until('Next code: ');
  program.type('12345');
  expect((await program.exit).code).toBe(1);
  expect(program.errors).toContain('Error: malformed-code');
});
