import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../docs/examples/wizard/pages/problem.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const untilMs = NOW_MS + 30_000;

describe('a wrong code', () => {
  const plain = problemOf({ ok: false, reason: 'code-mismatch' }, NOW_MS, ['code']);

  it('that locks nothing is said to be wrong, and no more', () => {
    expect(plain).toEqual({
      text: expect.stringContaining('That code is not right.'),
      status: 422,
      fields: ['code'],
      lockedUntilMs: undefined,
    });
  });

  it('that locks for a while says until when', () => {
    const problem = problemOf({ ok: false, reason: 'code-mismatch', lock: { untilMs } }, NOW_MS, ['code']);
    expect(problem).toEqual({ ...plain, text: expect.stringContaining('too many'), lockedUntilMs: untilMs });
  });

  it('that locks until somebody unlocks says what helps', () => {
    const problem = problemOf({ ok: false, reason: 'code-mismatch', lock: {} }, NOW_MS, ['code']);
    expect(problem).toEqual({ ...plain, text: expect.stringContaining('Use a recovery code or ask') });
  });
});

describe('two wrong codes', () => {
  const FIELDS = ['code1', 'code2'];

  it('that lock nothing are said to be wrong in words for two', () => {
    const problem = problemOf({ ok: false, reason: 'code-mismatch' }, NOW_MS, FIELDS);
    expect(problem).toMatchObject({ status: 422, fields: FIELDS, lockedUntilMs: undefined });
    expect(problem.text).toContain('These two codes are not right.');
  });

  it.each([[{ untilMs }], [{}]])('that lock say so: %j', (lock: { readonly untilMs?: number }) => {
    const problem = problemOf({ ok: false, reason: 'code-mismatch', lock }, NOW_MS, FIELDS);
    expect(problem).toMatchObject({ status: 422, fields: FIELDS, lockedUntilMs: lock.untilMs });
    expect(problem.text).toContain('too many');
  });
});

describe('two codes of which one was used', () => {
  const used = { ok: false, reason: 'code-reused' } as const;

  it('are said to be used in words for two', () => {
    const problem = problemOf(used, NOW_MS, ['code1', 'code2']);
    expect(problem).toMatchObject({ status: 422, fields: ['code1', 'code2'] });
    expect(problem.text).toContain('then type two new ones');
  });

  it('that count again later say when', () => {
    expect(problemOf({ ...used, usableAtMs: NOW_MS + 120_000 }, NOW_MS, ['code1', 'code2']).text).toContain(
      '2 minutes',
    );
  });
});

describe('a refused recovery code', () => {
  it.each(['malformed-recovery-code', 'recovery-code-mismatch', 'recovery-code-reused'] as const)(
    'leads to its field, whatever else the form asks for: %s',
    (reason) => {
      const problem = problemOf({ ok: false, reason }, NOW_MS, ['code']);
      expect(problem).toMatchObject({ status: 422, fields: ['recoveryCode'] });
      expect(problem.text).toContain('recovery code');
    },
  );
});
