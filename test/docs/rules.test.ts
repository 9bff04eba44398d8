import { readFileSync } from 'node:fs';
import type { ProofMethod } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { DETAILS, type EventType, type Happening } from '../../src/user/events.js';
import { trace } from '../../src/user/history.js';
import { makeProof, mayEnrollWith, mayManageWith, mayOpen } from '../../src/user/proof.js';
import { EMPTY_RECORD } from '../../src/user/record.js';
import { ROOT } from '../support/tree.js';

const page = readFileSync(`${ROOT}docs/rules.md`, 'utf8');

/** The cells of each row of the table that begins so, its header and its line left out. */
function rowsOf(text: string, header: string): string[][] {
  const [, rest = ''] = text.split(`\n${header}\n`);
  const rows = rest.split('\n').slice(1);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What is between back quotes. */
function spans(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span as string);
}

type Row = readonly [type: string, details: readonly string[], isKept: boolean];

function eventsOf(text: string): Row[] {
  const rows = rowsOf(text, '| type | when | details | in the history |');
  return rows.map(([type, , details, isKept]) => [spans(type).join(), spans(details).sort(), isKept === 'yes']);
}

/** The same, of the code: a detail may be absent where its shape says so, and the history is what the record keeps. */
function eventsThere(): Row[] {
  return Object.entries(DETAILS).map(([type, shapes]) => {
    const details = Object.entries<object>(shapes);
    const names = details.map(([name, shape]) => `${name}${'optional' in shape ? '?' : ''}`);
    const { history } = trace(EMPTY_RECORD, [{ type: type as EventType } as Happening], 'user-1', 0);
    return [type, names.sort(), history.length === 1];
  });
}

describe('the table of events', () => {
  it('has each type once, in the order of the code, with its details and whether the history keeps it', () => {
    expect(eventsThere().length).toBeGreaterThan(25);
    expect(eventsOf(page)).toEqual(eventsThere());
  });

  it('says when each is emitted', () => {
    for (const [type, when] of rowsOf(page, '| type | when | details | in the history |')) {
      expect(when, type).toMatch(/^\S.{10,}$/);
    }
  });

  it.each([
    ['a type that is left out', /^\| `unlocked`.*\n/m, ''],
    ['a detail that is left out', '`browserId`, `label?`, `untilMs`', '`browserId`, `untilMs`'],
    ['a detail that may not be absent', '`lockedUntilMs?`', '`lockedUntilMs`'],
    ['a line that is not kept', /(`trusted-browser-used`.*) no \|/, '$1 yes |'],
    ['a type that is not there', '| `unlocked`', '| `unlocking`'],
  ])('would be caught with %s', (_, before, after) => {
    const wrong = page.replace(before, after);
    expect(wrong).not.toBe(page);
    expect(eventsOf(wrong)).not.toEqual(eventsThere());
  });
});

describe('the table of proofs', () => {
  const header =
    '| method | from | opens the application (`signedIn`) | changes devices, codes, browsers | adds a device |';
  /** A method that is left out, or one too many, does not compile. */
  const METHODS: Readonly<Record<ProofMethod, true>> = {
    code: true,
    'recovery-code': true,
    enrollment: true,
    'trusted-browser': true,
    recovery: true,
    reset: true,
  };
  const rows = rowsOf(page, header);

  it('has each method once', () => {
    expect(rows.map(([method]) => spans(method).join())).toEqual(Object.keys(METHODS));
  });

  it.each(rows)('says what %s allows', (method, _, opens, manages, enrolls) => {
    const proof = makeProof(spans(method).join() as ProofMethod, { userId: 'alice', nowMs: 0 }, EMPTY_RECORD);
    const said = [opens, manages, enrolls].map((cell) => cell !== 'no');
    expect(said).toEqual([mayOpen(proof), mayManageWith(proof), mayEnrollWith(proof)]);
  });
});
