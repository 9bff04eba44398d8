import { counterAt, hotp, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { type Row, verify } from '../../docs/examples/one-column.js';

// RFC 4226 appendix D: the codes of this secret and the first counters are known, and differ.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const PERIOD_MS = 30_000;
const code = (counter: number): string => hotp(parseSecret(SECRET), counter);
const at = (counter: number): number => counter * PERIOD_MS;
const row = (lastCounter: number): Row => ({ secret: SECRET, lastCounter });

describe('one column', () => {
  it('accepts a code, and keeps its counter', () => {
    expect(verify(row(2), '969429', at(3))).toEqual({ ok: true, lastCounter: 3 });
    expect(verify(row(2), code(4), at(3))).toEqual({ ok: true, lastCounter: 4 });
  });

  it('refuses it the second time, spelt otherwise, in the next period too', () => {
    const { lastCounter } = verify(row(2), code(3), at(3));
    for (const typed of ['969429', '969 429', '９６９４２９', '969-429\u200b']) {
      expect(verify(row(lastCounter), typed, at(3))).toEqual({ ok: false, lastCounter });
      expect(verify(row(lastCounter), typed, at(4))).toEqual({ ok: false, lastCounter });
    }
  });

  it('refuses a code older than the last, which nobody has used', () => {
    expect(verify(row(3), code(2), at(3))).toEqual({ ok: false, lastCounter: 3 });
    expect(verify(row(1), code(2), at(3))).toEqual({ ok: true, lastCounter: 2 });
  });

  it('refuses wrong and malformed codes, and keeps the counter', () => {
    for (const typed of [code(7), '', '96942', '9694290', undefined, 969429, null]) {
      expect(verify(row(2), typed, at(3))).toEqual({ ok: false, lastCounter: 2 });
    }
  });

  it('is the column of an update that only goes up', () => {
    const stored = { secret: SECRET, lastCounter: 2 };
    const update = (next: number): boolean => {
      if (stored.lastCounter >= next) return false;
      stored.lastCounter = next;
      return true;
    };
    // Two requests with one code have read the same row.
    const answers = [verify({ ...stored }, code(3), at(3)), verify({ ...stored }, code(3), at(3))];
    expect(answers.map(({ ok, lastCounter }) => ok && update(lastCounter))).toEqual([true, false]);
    expect(stored.lastCounter).toBe(counterAt({ nowMs: at(3) }));
  });
});
