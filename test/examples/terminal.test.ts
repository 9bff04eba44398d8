import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { counterAt, formatKeyUri, hotp, intervalAt, type OtpParameters, parseSecret, type Secret } from 'lockstep-mfa';
import { qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../support/programs.js';
import { bundle, Program } from './program.js';

// The program itself, with real secrets and in real time. Codes of periods to come are as good as waiting for them.

const MAIN = await bundle('docs/examples/terminal/main.ts');
const USUAL: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };

function start(...flags: string[]): Program {
  return new Program(process.execPath, [MAIN, ...flags]);
}

/** What a person without a camera does: copies the key from the screen into an app. */
async function typeKey(program: Program): Promise<Secret> {
  await program.until('Type this key: ');
  const line = await program.until('\n');
  await program.until('First code');
  return parseSecret(line.trim());
}

/** What a phone shows whose clock is off by so many steps. */
function shown(secret: Secret, steps = 0, { periodSeconds, ...parameters }: OtpParameters = USUAL): string {
  return hotp(secret, counterAt({ nowMs: Date.now(), periodSeconds }) + steps, parameters);
}

/** The newer first: two codes that follow each other, and are not equal by chance. */
function reversed(secret: Secret): [string, string] {
  for (let steps = 0; ; steps--) {
    const codes: [string, string] = [shown(secret, steps), shown(secret, steps - 1)];
    if (codes[0] !== codes[1]) return codes;
  }
}

/** From the key on the screen to an assigned phone. */
async function enroll(program: Program, parameters: OtpParameters = USUAL): Promise<Secret> {
  const secret = await typeKey(program);
  program.type(shown(secret, 0, parameters));
  await program.until('Second code');
  program.type(shown(secret, 1, parameters));
  await program.until('✓ The phone is assigned.');
  await program.until('Code or letter');
  return secret;
}

async function expectCleanExit(program: Program): Promise<void> {
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(program.output).toMatch(/Goodbye\..*\n$/);
  expect(program.errors).toBe('');
}

describe('npm run start:terminal, with piped input', () => {
  it('takes a person from the key to the sign-in, through mistakes, a replay and a wrong clock', async () => {
    const program = start('--issuer', 'Acme Co', '--account', 'alice');
    const secret = await typeKey(program);
    for (const code of reversed(secret)) program.type(code);
    await program.until('(codes-reversed)');
    await program.until('no need to scan again');
    await program.until('First code');
    program.type(shown(secret));
    await program.until('Second code');
    program.type(shown(secret, 1));
    await program.until('✓ The phone is assigned.');

    program.type(shown(secret, 2));
    await program.until('✓ Signed in.');
    program.type('a');
    await program.until('(code-reused)');

    program.type('r');
    program.type(shown(secret, 60));
    program.type(shown(secret, 61));
    await program.until('✓ In step again.');
    program.type(shown(secret, 62));
    await program.until('✓ Signed in.');

    program.type('l');
    expect(await program.until('lastCounter  ')).toContain('"secret": "[redacted]"');
    program.type('q');
    await expectCleanExit(program);
  });

  it('writes the QR code of the key, and else plain lines', async () => {
    const program = start('--issuer', 'Acme Co', '--account', 'alice');
    const secret = await typeKey(program);
    program.end('123456\n');
    await expectCleanExit(program);
    const parts = program.output.split(qrTerminal(formatKeyUri({ issuer: 'Acme Co', account: 'alice', secret })));
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('reads all lines in their order, the last one without its line break too', async () => {
    const program = start();
    program.end('1\n2\n123456\n3\r\n\n4');
    await expectCleanExit(program);
    const said = program.output.match(/^(First|Second) code(?=[ :])|(first|second) code is incomplete/gm);
    expect(said).toEqual([
      ...['First code', 'Second code', 'first code is incomplete'],
      ...['First code', 'Second code', 'second code is incomplete'],
      ...['Second code', 'second code is incomplete'],
      ...['Second code', 'second code is incomplete'],
      'Second code',
    ]);
  });

  it('waits in real time', async () => {
    const parameters = { ...USUAL, periodSeconds: 2 };
    const program = start('--period', '2');
    await enroll(program, parameters);
    const { endMs } = intervalAt({ nowMs: Date.now(), periodSeconds: 2 });
    program.type('w');
    await program.until('Waiting ');
    await program.until('Code or letter');
    expect(Date.now()).toBeGreaterThanOrEqual(endMs);
    program.type('q');
    await expectCleanExit(program);
  });

  it.each(['', '123456\n', '123456\n654'])('ends with the input: %j', async (input) => {
    const program = start();
    program.end(input);
    await expectCleanExit(program);
  });

  it('ends on an interrupt, asked or waiting', async () => {
    const asked = start();
    await typeKey(asked);
    asked.signal('SIGINT');
    await expectCleanExit(asked);

    const waiting = start('--period', '300');
    await enroll(waiting, { ...USUAL, periodSeconds: 300 });
    waiting.type('w');
    await waiting.until('Waiting ');
    waiting.signal('SIGINT');
    await expectCleanExit(waiting);
  });

  it('ends where nobody reads on', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${MAIN}' --demo | head -n 1`]);
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
  });
});

describe('its flags', () => {
  it('give the app its parameters', async () => {
    const program = start('--algorithm', 'sha512', '--digits', '8', '--period', '60');
    await enroll(program, { algorithm: 'SHA512', digits: 8, periodSeconds: 60 });
    program.end();
    await expectCleanExit(program);
    expect(program.output).toContain('SHA512, 8 digits, 60 seconds');
  });

  it.each(['--digits 5', '--issuer a:b', '--nonsense'])('are refused without a stack: %s', async (flags) => {
    const program = start(...flags.split(' '));
    expect(await program.exit).toEqual({ code: 2, signal: null });
    expect(program.output).toBe('');
    expect(program.errors).toMatch(/^.+\nSee npm run start:terminal -- --help\n$/);
  });

  it('show the help', async () => {
    const program = start('--help');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.output).toContain('npm run start:terminal -- --demo');
    expect(program.errors).toBe('');
  });
});

describe('npm run start:terminal -- --demo', () => {
  it('needs no phone, no keyboard and no patience', async () => {
    const program = new Program('npm', ['run', 'start:terminal', '--silent', '--', '--demo']);
    program.end();
    await expectCleanExit(program);
    const marks = program.output
      .match(/^✓ [\w ]+|^✗ .*|^·.* pass\.$/gm)
      ?.map((line) => line.replace(/\d+ s pass/, 's pass'));
    expect(marks).toEqual([
      '✗ You typed one code twice. (codes-identical)',
      '✓ The phone is assigned',
      '✗ That code was used already. (code-reused)',
      '· s pass.',
      '✓ Signed in',
      '✗ That code is not right. (code-mismatch)',
      '✓ In step again',
      '✓ Signed in',
    ]);
    expect(program.output).toContain('"secret": "[redacted]"');
  });
});

describeWith(['script'], 'npm run start:terminal, in a pseudo-terminal', () => {
  /** Ends with the program's status and the terminal's settings. */
  function terminal(setUp = 'stty cols 100 rows 60', flags = ''): Program {
    // An interrupt is for the whole group, and the shell has to live on.
    const run = `trap : INT; ${setUp}; '${process.execPath}' '${MAIN}' ${flags}; echo "status $?"; stty -a`;
    return new Program('script', ['-qec', run, '/dev/null'], { TERM: 'xterm-256color', SHELL: '/bin/sh' });
  }

  async function expectTerminalRestored(program: Program): Promise<void> {
    await program.until('Goodbye.');
    await program.until('status 0');
    const settings = await program.until('echoctl');
    expect(settings).toMatch(/(?<!-)\bicanon\b/);
    expect(settings).toMatch(/(?<!-)\becho\b/);
    // The cursor was never hidden.
    expect(program.output).not.toContain('\u001b[?25l');
    await program.exit;
  }

  it('draws the bar in place while the person types', async () => {
    const parameters = { ...USUAL, periodSeconds: 300 };
    // At the end of a period there is nothing more to draw.
    const { leftMs } = intervalAt({ nowMs: Date.now(), periodSeconds: 300 });
    if (leftMs < 10_000) await sleep(leftMs);
    const program = terminal(undefined, '--period 300');
    const secret = await typeKey(program);
    program.write(`${shown(secret, 0, parameters)}\r`);
    await program.until('Second code');
    const next = shown(secret, 1, parameters);
    program.write(next.slice(0, 3));
    // Again and again, on one line, with what has been typed so far.
    const drawn = [await program.until(`› ${next.slice(0, 3)}`), await program.until(`› ${next.slice(0, 3)}`)].join('');
    expect(drawn).not.toContain('\n');
    expect(drawn).toMatch(/[█░]{20} next code in \d+ s › /);
    program.write(`${next.slice(3)}\r`);
    await program.until('✓ The phone is assigned.');

    program.write('w\r');
    await program.until('Waiting  ');
    program.write(`${shown(secret, 2, parameters)}\r`);
    await program.until('✓ Signed in.');
    program.write('\u0003');
    await expectTerminalRestored(program);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is left with %s, at every question', async (_, key) => {
    const first = terminal();
    await first.until('First code');
    first.write(`12${key === '\u0004' ? '\u0015' : ''}${key}`);
    await expectTerminalRestored(first);

    const second = terminal();
    const secret = await typeKey(second);
    second.write(`${shown(secret)}\r`);
    await second.until('Second code');
    second.write(key);
    await expectTerminalRestored(second);

    const waiting = terminal();
    const assigned = await typeKey(waiting);
    waiting.write(`${shown(assigned)}\r${shown(assigned, 1)}\r`);
    await waiting.until('✓ The phone is assigned.');
    waiting.write('w\r');
    await waiting.until('Waiting  ');
    waiting.write(key);
    await expectTerminalRestored(waiting);
  });

  it('does without a QR code that does not fit, and without a bar on a dumb terminal', async () => {
    const narrow = terminal('stty cols 40 rows 60');
    await typeKey(narrow);
    expect(narrow.output).toContain('40 columns, and 49 are needed');
    expect(narrow.output).not.toMatch(/[▀▄]/);
    narrow.write('\u0003');
    await expectTerminalRestored(narrow);

    const dumb = terminal('export TERM=dumb');
    const secret = await typeKey(dumb);
    dumb.write(`${shown(secret)}\r`);
    await dumb.until('Second code');
    dumb.write('\u0003');
    await expectTerminalRestored(dumb);
    expect(dumb.output).not.toContain('░');
  });
});
