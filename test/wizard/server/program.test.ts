import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from 'lockstep-mfa/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELP, parseFlags } from '../../../docs/examples/wizard/flags.js';
import { keyOf } from '../../../docs/examples/wizard/key-file.js';
import { Program } from '../../examples/program.js';
import { openHouse, Person, textOf, withDevice } from './person.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wizard-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(...flags: string[]): Program {
  return new Program(process.execPath, ['--import', 'tsx', 'docs/examples/wizard/main.ts', ...flags]);
}

async function addressOf(program: Program): Promise<string> {
  await program.until('http://');
  return `http://${(await program.until('/')).trim()}`.replace(/\/$/, '');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('npm start', () => {
  it('says where it listens and who the administrator is, and ends when it is told to', async () => {
    const program = start('--port', '0');
    const origin = await addressOf(program);
    const page = await fetch(`${origin}/sign-in`);
    expect(page.status).toBe(200);
    await program.until('Administrator:  admin\nPassword:       ');
    expect(await program.until('\n')).toMatch(/^[0-9a-f]{20}\n$/);
    await program.until('Ctrl-C ends it.');
    program.signal('SIGINT');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.errors).toBe('');
  });

  it('keeps all in a file if it is told to, and tells the password once', async () => {
    const file = join(folder, 'kept.db');
    const first = start('--port', '0', '--database', file);
    await first.until('Password:       ');
    expect(await first.until('\n')).toMatch(/^[0-9a-f]{20}\n$/);
    await first.until(`Kept in ${file}. Ctrl-C ends it.`);
    first.signal('SIGTERM');
    expect(await first.exit).toEqual({ code: 0, signal: null });
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    const second = start('--port', '0', '--database', file);
    await second.until('Password:       the one of the first start');
    await second.until('Ctrl-C');
    second.signal('SIGTERM');
    expect(await second.exit).toEqual({ code: 0, signal: null });
  });

  it('takes the next port where one is taken, and says so', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const program = start('--port', String(port));
    const origin = await addressOf(program);
    expect(Number(new URL(origin).port)).toBeGreaterThan(port);
    expect(program.errors).toContain(`Port ${port} is taken: trying the next.`);
    await program.until('Ctrl-C');
    program.signal('SIGTERM');
    await program.exit;
    taken.close();
  });

  it('explains itself, and what it does not understand', async () => {
    const help = start('--help');
    expect(await help.exit).toEqual({ code: 0, signal: null });
    expect(help.output.trim()).toBe(HELP);
    const wrong = start('--port', 'many');
    expect((await wrong.exit).code).toBe(2);
    expect(wrong.errors).toContain("the port must be a number from 0 to 65535, not 'many'\nSee npm start -- --help\n");
  });
});

describe('its flags', () => {
  it('stand before the environment, and that before the usual port', () => {
    expect(parseFlags([], {})).toEqual({ help: false, port: 8080, database: undefined });
    expect(parseFlags([], { PORT: '3000' }).port).toBe(3000);
    expect(parseFlags([], { PORT: '' }).port).toBe(8080);
    expect(parseFlags(['--port', '4000'], { PORT: '3000' }).port).toBe(4000);
    expect(parseFlags(['--database', 'a.db'], {}).database).toBe('a.db');
  });

  it.each(['-1', '65536', '80.5', ' 80', '0x50', 'http'])('refuse a port that is none: %j', (port) => {
    expect(() => parseFlags([], { PORT: port })).toThrow('the port must be');
  });

  it.each(['--nonsense', 'file.db'])('refuse what they do not know: %s', (flag) => {
    expect(() => parseFlags([flag], {})).toThrow(flag);
  });
});

describe('the key beside a database', () => {
  it('is made once', () => {
    const file = join(folder, 'a.key');
    const key = keyOf(file);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(keyOf(file)).toBe(key);
  });

  it('is not made over one that cannot be read', () => {
    const file = join(folder, 'there.key');
    writeFileSync(file, 'mine');
    expect(keyOf(file)).toBe('mine');
    expect(() => keyOf(join(folder, 'nowhere', 'a.key'))).toThrow('ENOENT');
  });
});

describe('a database in a file', () => {
  it('brings accounts, devices and sessions through a restart', async () => {
    const file = join(folder, 'restart.db');
    const clock = fixedClock();
    const before = await openHouse(file, clock);
    const { person, phone } = await withDevice(before, 'alice');
    const [recoveryCode = ''] = await person.recoveryCodes();
    await before.close();

    const after = await openHouse(file, clock);
    expect(after.administratorPassword).toBeUndefined();
    const same = new Person(after, person.cookie);
    expect(textOf((await same.get('/security')).body)).toContain('Phone assigned');
    const again = new Person(after);
    await again.signIn('alice');
    expect(await again.get('/')).toMatchObject({ location: '/sign-in/code' });
    expect(await again.passCode(phone)).toMatchObject({ status: 303, location: '/security' });
    await again.signIn('alice');
    expect((await again.submit('/sign-in/recovery-code', { recoveryCode })).status).toBe(303);
    expect(after.errors).toEqual([]);
    await after.close();
  });
});
