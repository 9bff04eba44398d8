import { totp } from 'lockstep-mfa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Row, type Rows, TwoCodes } from '../../docs/examples/embedder.js';
import { totpKeyUri } from '../support/key-uri.js';

const START_MS = 1_700_000_040_000;
const PERIOD_MS = 30_000;

class Table implements Rows {
  readonly rows = new Map<string, Row>();
  writes = 0;

  async load(userId: string): Promise<Row> {
    return this.row(userId);
  }

  async insert(userId: string, row: Row): Promise<void> {
    this.rows.set(userId, row);
  }

  /** Compares and sets in one go. */
  async replace(userId: string, before: string, after: string): Promise<boolean> {
    const row = this.row(userId);
    if (row.device !== before) return false;
    this.writes++;
    this.rows.set(userId, { ...row, device: after });
    return true;
  }

  row(userId: string): Row {
    const row = this.rows.get(userId);
    if (row === undefined) throw new Error('no such user');
    return row;
  }
}

/** `UPDATE … WHERE user_id = $1`, as it is usually written. */
class CarelessTable extends Table {
  override async replace(userId: string, _before: string, after: string): Promise<boolean> {
    return super.replace(userId, this.row(userId).device, after);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  // A secret of which no two codes of these tests are equal.
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((bytes) => {
    (bytes as Uint8Array).set(Uint8Array.from({ length: bytes.byteLength }, (_, i) => 7 + i));
    return bytes;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function begin(table: Table) {
  const twoCodes = new TwoCodes(table);
  const { secret } = totpKeyUri(await twoCodes.begin('user-1'));
  const code = (steps = 0): string => totp(secret, { nowMs: Date.now() + steps * PERIOD_MS });
  return { twoCodes, code };
}

async function enroll(table: Table) {
  const begun = await begin(table);
  expect(await begun.twoCodes.assign('user-1', [begun.code(-1), begun.code()])).toBe('ok');
  vi.setSystemTime(Date.now() + PERIOD_MS);
  return begun;
}

describe('a project that embeds the two codes', () => {
  it('enrolls, signs in, and brings a phone back whose clock has gone', async () => {
    const table = new Table();
    const { twoCodes, code } = await enroll(table);
    expect(await twoCodes.verify('user-1', code())).toBe('ok');
    expect(await twoCodes.verify('user-1', code())).toBe('code-reused');
    expect(await twoCodes.verify('user-1', code(40))).toBe('code-mismatch');
    expect(await twoCodes.resynchronize('user-1', [code(40), code(41)])).toBe('ok');
    expect(await twoCodes.verify('user-1', code(42))).toBe('ok');
  });

  it('answers what people type, of whatever type', async () => {
    const { twoCodes, code } = await begin(new Table());
    for (const typed of [undefined, null, 123456, ['123456'], '12345']) {
      expect(await twoCodes.assign('user-1', [typed, code()])).toBe('malformed-code');
    }
    expect(await twoCodes.verify('user-1', code())).toBe('not-assigned');
  });

  it('narrows the policy', async () => {
    const { twoCodes, code } = await begin(new Table());
    expect(await twoCodes.assign('user-1', [code(10), code(11)])).toBe('clock-off');
    expect(await twoCodes.assign('user-1', [code(9), code(10)])).toBe('ok');
  });

  it('keeps the secret out of the column of the device', async () => {
    const table = new Table();
    await enroll(table);
    const row = table.row('user-1');
    expect(row.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(row.device).not.toContain(row.secret);
    expect(JSON.parse(row.device)).toMatchObject({ version: 1, status: 'assigned' });
  });

  it('writes what has changed, and nothing else', async () => {
    const table = new Table();
    const { twoCodes, code } = await enroll(table);
    expect(table.writes).toBe(1);
    for (const wrong of ['', code(-1), code(40)]) await twoCodes.verify('user-1', wrong);
    expect(table.writes).toBe(1);
    await twoCodes.verify('user-1', code());
    expect(table.writes).toBe(2);
  });

  it('counts wrong pairs', async () => {
    const table = new Table();
    const { twoCodes, code } = await begin(table);
    await twoCodes.assign('user-1', [code(), code()]);
    expect(JSON.parse(table.row('user-1').device)).toMatchObject({ failures: 1 });
  });

  it('lets one of two requests with one code win', async () => {
    const table = new Table();
    const { twoCodes, code } = await enroll(table);
    const answers = await Promise.all(Array.from({ length: 5 }, () => twoCodes.verify('user-1', code())));
    expect(answers.toSorted()).toEqual(['conflict', 'conflict', 'conflict', 'conflict', 'ok']);
    expect(await twoCodes.verify('user-1', code())).toBe('code-reused');
  });

  it('would let both in if the table did not compare', async () => {
    const { twoCodes, code } = await enroll(new CarelessTable());
    const answers = await Promise.all([twoCodes.verify('user-1', code()), twoCodes.verify('user-1', code())]);
    expect(answers).toEqual(['ok', 'ok']);
  });
});
