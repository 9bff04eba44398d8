import fc from 'fast-check';
import type { OtpParameters } from 'lockstep-mfa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { converse } from '../../../docs/examples/terminal/conversation.js';
import { Left } from '../../../docs/examples/terminal/desk.js';
import { type Answer, PERIOD_MS, START_MS, Stage } from './stage.js';

const USUAL: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };

/** Plays to the end of the answers, or to `q`. */
async function play(answers: readonly Answer[], parameters: OtpParameters = USUAL): Promise<Stage> {
  const stage = new Stage(answers);
  try {
    await converse(stage, { issuer: 'Acme', account: 'alice', parameters });
  } catch (error) {
    if (!(error instanceof Left)) throw error;
  }
  return stage;
}

const now: Answer = (stage) => stage.code();
const next: Answer = (stage) => stage.code(1);
const later =
  (periods: number, answer: Answer): Answer =>
  (stage) => {
    stage.nowMs += periods * PERIOD_MS;
    return typeof answer === 'string' ? answer : answer(stage);
  };
/** Of a phone whose clock is off. */
const off =
  (steps: number): Answer =>
  (stage) =>
    stage.code(steps);

const ENROLL: readonly Answer[] = [now, later(1, now)];
const PAIR = ['First code', 'Second code'];

// The codes of these secrets are known: no two of a conversation happen to be equal.
beforeEach(() => {
  let made = 0;
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((bytes) => {
    made += 1;
    (bytes as Uint8Array).set(Uint8Array.from({ length: bytes.byteLength }, (_, i) => made + i));
    return bytes;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the conversation', () => {
  it('shows a secret, takes two codes, assigns, and signs in with the next code', async () => {
    const stage = await play([...ENROLL, later(1, now), 'q']);
    expect(stage.reasons).toEqual([]);
    expect(stage.successes).toEqual([
      '✓ The phone is assigned. The phone is in step.',
      '✓ Signed in. The phone is in step.',
    ]);
    expect(stage.questions.map(({ question }) => question)).toEqual([...PAIR, 'Code or letter', 'Code or letter']);
    expect(stage.text).toContain(`Type this key: ${stage.secrets[0]?.match(/.{4}/g)?.join(' ')}`);
  });

  it('shows the time until the next code with the second code, and where the code on the phone is used up', async () => {
    const stage = await play([...ENROLL, '?', later(1, '?'), now, later(2, 'q')]);
    const shown = (periods: number) => ({
      startMs: START_MS + periods * PERIOD_MS,
      endMs: START_MS + (periods + 1) * PERIOD_MS,
    });
    const [first, second, enrolled, still, unused, signedIn] = stage.questions.map(({ interval }) => interval);
    expect(first).toBeUndefined();
    expect(second).toMatchObject(shown(0));
    expect(enrolled).toMatchObject(shown(1));
    expect(still).toMatchObject(shown(1));
    expect(unused).toBeUndefined();
    expect(signedIn).toMatchObject(shown(2));
    expect(stage.questions).toHaveLength(6);
  });

  it('keeps the secret after wrong codes, and says what was wrong with them', async () => {
    const stage = await play([
      ...[now, now],
      ...[next, now],
      ...[now, off(2)],
      ...[off(60), off(61)],
      ...[off(-60), off(-59)],
      ...['', now],
      ...['000000', '000000'],
      ...['999999', '000000'],
      ...ENROLL,
      'q',
    ]);
    expect(stage.reasons).toEqual([
      'codes-identical',
      'codes-reversed',
      'codes-not-consecutive',
      'clock-off',
      'clock-off',
      'malformed-code',
      'codes-identical',
      'code-mismatch',
    ]);
    expect(stage.text).toContain('31 minutes ahead');
    expect(stage.text).toContain('30 minutes old');
    expect(stage.text.match(/no need to scan again/g)).toHaveLength(8);
    expect(stage.keyUris).toHaveLength(1);
    expect(stage.successes).toHaveLength(1);
  });

  it('asks for the second code alone after a typing error in it', async () => {
    const stage = await play([now, '12345', later(1, now), 'q']);
    expect(stage.questions.map(({ question }) => question)).toEqual([...PAIR, 'Second code', 'Code or letter']);
    expect(stage.reasons).toEqual(['malformed-code']);
    expect(stage.successes).toHaveLength(1);
  });

  it.each([
    ['algorithm', { ...USUAL, algorithm: 'SHA256' }],
    ['number of digits', { ...USUAL, digits: 8 }],
    ['period', { ...USUAL, periodSeconds: 60 }],
  ] as const)('tells that the app ignores the %s', async (name, parameters) => {
    const usual = (steps: number) => (stage: Stage) => {
      const keyUri = stage.keyUris.pop() as string;
      stage.keyUris.push(keyUri.replace(/&(algorithm|digits|period)=\w+/, ''));
      return stage.code(steps);
    };
    const stage = await play([usual(0), usual(1)], parameters);
    expect(stage.reasons).toEqual(['parameters-ignored']);
    expect(stage.text).toContain(`does not know the ${name}`);
  });

  it('begins anew with another secret when the enrollment is too old', async () => {
    const stage = await play([now, later(31, now), '', ...ENROLL, 'q']);
    expect(stage.reasons).toEqual(['enrollment-expired']);
    expect(new Set(stage.secrets).size).toBe(2);
    expect(stage.successes).toHaveLength(1);
  });

  it('begins anew after twenty wrong pairs', async () => {
    const wrong = Array.from({ length: 20 }, () => [now, now]).flat();
    const stage = await play([...wrong, '', ...ENROLL, 'q']);
    expect(stage.reasons).toEqual([...Array(19).fill('codes-identical'), 'enrollment-expired']);
    expect(new Set(stage.secrets).size).toBe(2);
    expect(stage.successes).toHaveLength(1);
  });

  it('refuses a replay, of the code that enrolled, signed in or resynchronized', async () => {
    const stage = await play([
      ...ENROLL,
      'a',
      later(1, now),
      'a',
      'A',
      ...['r', off(40), off(41)],
      'a',
      later(1, off(41)),
      'q',
    ]);
    expect(stage.reasons).toEqual(Array(4).fill('code-reused'));
    expect(stage.successes).toHaveLength(4);
    expect(stage.text).toContain('That code was used already. (code-reused)\n  Wait for the next one.');
  });

  it('waits for the next code', async () => {
    const stage = await play([...ENROLL, 'w', now, 'w', now, 'q']);
    expect(stage.reasons).toEqual([]);
    expect(stage.successes).toHaveLength(3);
    expect(stage.nowMs).toBe(START_MS + 3 * PERIOD_MS);
  });

  it('resynchronizes a phone whose clock is off, and says that this signs nobody in', async () => {
    const stage = await play([...ENROLL, off(50), 'r', off(50), off(51), off(52), 'q']);
    expect(stage.reasons).toEqual(['code-mismatch']);
    expect(stage.successes.slice(1)).toEqual([
      '✓ In step again. The clock of the phone is about 26 min ahead.',
      '✓ Signed in. The clock of the phone is about 26 min ahead.',
    ]);
    expect(stage.text).toContain('signs nobody in');
  });

  it('leaves the device as it was when resynchronizing fails', async () => {
    const stage = await play([...ENROLL, 'r', off(50), off(52), 'r', 'x', now, later(1, now), 'q']);
    expect(stage.reasons).toEqual(['code-mismatch', 'malformed-code']);
    expect(stage.successes.at(-1)).toBe('✓ Signed in. The phone is in step.');
  });

  it('calls a code that is right what it is, however it is typed', async () => {
    const typed = later(1, (stage) => ` ${stage.code().replace(/^.../, '$& - ')} `);
    expect((await play([...ENROLL, typed, 'q'])).successes).toHaveLength(2);
    const arabic = later(1, (stage) =>
      stage.code().replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
    );
    expect((await play([...ENROLL, arabic, 'q'])).successes).toHaveLength(2);
  });

  it('answers a wrong letter with the menu', async () => {
    const stage = await play([...ENROLL, 'x', '', 'quit!', 'q']);
    expect(stage.text.match(/^ {3}q {8}quit$/gm)).toHaveLength(4);
  });

  it('lists what the server holds', async () => {
    const stage = await play([...ENROLL, 'l', 'q']);
    const listed = stage.said.find((text) => text.startsWith('{')) as string;
    const held = JSON.parse(listed.slice(0, listed.lastIndexOf('}') + 1));
    expect(held).toMatchObject({
      account: 'alice',
      secret: '[redacted]',
      device: { status: 'assigned', parameters: USUAL, lastCounter: START_MS / PERIOD_MS + 1, offsets: [0] },
    });
  });

  it('never says the secret after the enrollment', async () => {
    const stage = await play([...ENROLL, 'l', 'a', 'w', now, 'r', off(9), off(10), 'l', 'q']);
    const after = stage.said.slice(stage.said.findIndex((text) => text.startsWith('✓')));
    expect(after.length).toBeGreaterThan(8);
    expect(after.filter((text) => tells(text, stage.secrets[0] as string))).toEqual([]);
    expect(stage.said.filter((text) => tells(text, stage.secrets[0] as string))).toHaveLength(1);
  });
});

/** In base32, in hexadecimal, or as it would be typed. */
function tells(text: string, base32: string): boolean {
  const bare = text.replaceAll(' ', '').toUpperCase();
  return bare.includes(base32) || bare.includes(Buffer.alloc(20, 1).toString('hex'));
}

describe('the end of input', () => {
  it('is a way out at every question', async () => {
    const all: Answer[] = [now, now, ...ENROLL, later(1, now), 'r', off(9), off(10), 'w', 'l', 'a', 'q'];
    for (let count = 0; count < all.length - 1; count++) {
      const stage = new Stage(all.slice(0, count));
      const left = await converse(stage, { issuer: 'Acme', account: 'alice', parameters: USUAL }).catch(
        (error) => error,
      );
      expect(left, `after ${count} answers`).toBeInstanceOf(Left);
      expect(stage.questions).toHaveLength(count + 1);
    }
    const stage = new Stage(all);
    await converse(stage, { issuer: 'Acme', account: 'alice', parameters: USUAL });
    expect(stage.questions).toHaveLength(all.length);
  });
});

describe('whatever is typed', () => {
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom<Answer>(
      now,
      next,
      off(2),
      off(50),
      later(1, now),
      'w',
      'a',
      'r',
      'l',
      '',
      '12345',
      '1'.repeat(100_000),
    ),
  );

  it('is answered, and the conversation goes on until the end of input', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(typed, { maxLength: 30 }), async (answers) => {
        const stage = await play([...ENROLL, ...answers.map((answer) => (quits(answer) ? 'l' : answer))]);
        expect(stage.questions).toHaveLength(answers.length + ENROLL.length + 1);
      }),
      { numRuns: 200 },
    );
  });

  it('ends it only with q', async () => {
    expect((await play([...ENROLL, ' Q ', 'l'])).questions).toHaveLength(3);
  });
});

function quits(answer: Answer): boolean {
  return typeof answer === 'string' && answer.trim().toLowerCase() === 'q';
}
