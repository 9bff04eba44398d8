import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian has them, for they are not on its PATH. */
const POSTGRES_BINARIES = '/usr/lib/postgresql';

export function programOf(name: string): string | undefined {
  const versions = existsSync(POSTGRES_BINARIES) ? readdirSync(POSTGRES_BINARIES).sort().reverse() : [];
  const folders = [
    ...versions.map((version) => join(POSTGRES_BINARIES, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/sbin',
  ];
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** PostgreSQL refuses to run as root. */
export function postgresUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function untilListens(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = createConnection(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(200);
    } finally {
      socket.destroy();
    }
  }
}

export async function killAll(server: ChildProcess | undefined): Promise<void> {
  if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'close');
  let children: number[] = [];
  try {
    children = execFileSync('ps', ['--ppid', String(server.pid), '-o', 'pid='], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    // It has none.
  }
  for (const pid of [server.pid, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  await ended;
}
