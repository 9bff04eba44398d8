import { checkNames, checkObject, checkWhole, invalid } from '../core/check.js';
import type { TotpKeyUri } from '../core/key-uri.js';
import { parseKeyUri } from '../core/parse-key-uri.js';
import { intervalAt, totp } from '../core/totp.js';
import { formatCode } from '../core/typed-code.js';
import type { FixedClock } from './fixed-clock.js';

export interface VirtualAuthenticatorOptions {
  /** The server's: the phone reads its own time off it, and waiting moves it. */
  readonly clock: FixedClock;
  /** How far the phone's clock is ahead (+) or behind (−), in whole milliseconds. Default 0. */
  readonly offsetMs?: number;
  /** How much faster (+) or slower (−) it runs, in millionths: 20 is 1.7 seconds a day. Default 0; at most a tenth. */
  readonly driftPpm?: number;
}

/** How one code is read and typed. */
export interface TypedCode {
  /** How long after it was read; moves the clock. Default 0. */
  readonly lateMs?: number;
  /** Which code: that of so many periods later (+) or before (−), at most a year. Moves no clock. Default 0. */
  readonly steps?: number;
}

/** How two codes are typed. */
export interface TypedCodes {
  /** How long after the second was read; moves the clock. Default 0. */
  readonly lateMs?: number;
  /** What goes wrong: the first code in both fields, or the newer one first. */
  readonly slip?: 'twice' | 'reversed';
}

/** A phone that scanned the key URI, and somebody who types its codes. */
export interface VirtualAuthenticator {
  /** How far its clock is ahead (+) or behind (−) now, drift included. Set it, as the phone's owner would. */
  offsetMs: number;
  /** Reads the code that the screen shows now. */
  code(typed?: TypedCode): string;
  /** Reads a code, waits until it changes (moves the clock), reads the next. */
  codes(typed?: TypedCodes): [first: string, second: string];
  /** Makes a well-formed code that is no code of this secret within a day of the phone's time. */
  wrongCode(): string;
}

const MOST_DRIFT_PPM = 100_000;
/** A year, in seconds. */
const MOST_STEPS = 366 * 86_400;

/**
 * An authenticator app for tests: scans a key URI as `createDevice` answers with it, has a clock that may be off and may
 * drift, and types late, twice or in the wrong order.
 *
 * @param keyUri - `otpauth://totp/…`
 * @throws MfaError `invalid-argument`: also for a key URI that no app could use, without echo
 * @example
 * import { createMfaService, plaintextSealer } from 'lockstep-mfa';
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 * import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
 *
 * const clock = fixedClock();
 * const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), clock });
 * const created = await mfa.createDevice('user-1', { name: 'Phone', account: 'alice' });
 * if (!created.ok) throw new Error(created.reason);
 * const phone = virtualAuthenticator(created.keyUri, { clock, offsetMs: -90_000 });
 * const { enrollment } = created;
 *
 * const reversed = await mfa.assignDevice('user-1', { enrollment, codes: phone.codes({ slip: 'reversed' }) });
 * console.log(reversed.ok || reversed.reason); // 'codes-reversed'
 * const assigned = await mfa.assignDevice('user-1', { enrollment, codes: phone.codes({ lateMs: 5000 }) });
 * console.log(assigned.ok && assigned.device.driftSteps); // -3
 */
export function virtualAuthenticator(keyUri: string, options: VirtualAuthenticatorOptions): VirtualAuthenticator {
  checkObject(options, 'options');
  checkNames(options, ['clock', 'offsetMs', 'driftPpm']);
  const { clock, offsetMs: startOffsetMs = 0, driftPpm = 0 } = options;
  if (typeof clock !== 'function' || typeof clock.advanceMs !== 'function') throw invalid('clock must be a fixedClock');
  checkOffset(startOffsetMs);
  checkWhole(driftPpm, 'driftPpm', -MOST_DRIFT_PPM, MOST_DRIFT_PPM);
  const { secret, parameters } = scan(keyUri);

  let set = { atMs: clock(), offsetMs: startOffsetMs };
  const offsetMs = (): number => set.offsetMs + Math.floor(((clock() - set.atMs) * driftPpm) / 1e6);
  const phoneMs = (): number => clock() + offsetMs();
  const { periodSeconds, digits } = parameters;
  const read = (steps = 0): string => totp(secret, { ...parameters, nowMs: phoneMs() + steps * periodSeconds * 1000 });

  const waitForNext = (): void => {
    const { leftMs, endMs } = intervalAt({ nowMs: phoneMs(), periodSeconds });
    clock.advanceMs(Math.floor(leftMs / (1 + driftPpm / 1e6)));
    // What rounding left.
    while (phoneMs() < endMs) clock.advanceMs(1);
  };

  return {
    get offsetMs() {
      return offsetMs();
    },
    set offsetMs(ahead) {
      checkOffset(ahead);
      set = { atMs: clock(), offsetMs: ahead };
    },

    code(typed = {}) {
      const { lateMs, steps } = checkedTyping(typed, 'steps');
      const farthest = MOST_STEPS / periodSeconds;
      checkWhole(steps, 'steps', -Math.floor(farthest), Math.floor(farthest));
      const code = read(steps);
      clock.advanceMs(lateMs);
      return code;
    },

    codes(typed = {}) {
      const { lateMs, slip } = checkedTyping(typed, 'slip');
      const first = read();
      waitForNext();
      const second = read();
      clock.advanceMs(lateMs);
      if (slip === 'twice') return [first, first];
      return slip === 'reversed' ? [second, first] : [first, second];
    },

    wrongCode() {
      const day = Math.ceil(86_400 / periodSeconds);
      // There are no codes of before 1970, where a clock of a test may begin.
      const behind = Math.min(day, Math.floor(phoneMs() / (periodSeconds * 1000)));
      const right = new Set(Array.from({ length: behind + 1 + day }, (_, i) => read(i - behind)));
      let value = 0;
      while (right.has(formatCode(value, digits))) value++;
      return formatCode(value, digits);
    },
  };
}

function scan(text: string): TotpKeyUri {
  const parsed = parseKeyUri(text);
  if (!parsed.ok) throw invalid(`keyUri is none that an app could use: ${parsed.reason}, at ${parsed.position}`);
  if (parsed.keyUri.type !== 'totp') throw invalid('keyUri must be of the type totp');
  return parsed.keyUri;
}

function checkOffset(offsetMs: unknown): asserts offsetMs is number {
  checkWhole(offsetMs, 'offsetMs', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

function checkedTyping(
  typed: TypedCode & TypedCodes,
  own: 'steps' | 'slip',
): { readonly lateMs: number; readonly steps: number; readonly slip: TypedCodes['slip'] } {
  checkObject(typed, 'typed');
  checkNames(typed, ['lateMs', own]);
  const { lateMs = 0, steps = 0, slip } = typed;
  checkWhole(lateMs, 'lateMs', 0, Number.MAX_SAFE_INTEGER);
  if (slip !== undefined && slip !== 'twice' && slip !== 'reversed') {
    throw invalid("slip must be 'twice' or 'reversed'");
  }
  return { lateMs, steps, slip };
}
