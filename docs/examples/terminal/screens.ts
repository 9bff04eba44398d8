import { stripVTControlCharacters } from 'node:util';
import type { OtpParameters } from 'lockstep-mfa';
import type { Interval } from './desk.js';
import { duration, seconds } from './durations.js';

export const WELCOME = `
Enroll an authenticator app, and sign in with it. All of it happens here, in memory.`;

export const SCAN = `
1. Scan this with an authenticator app.
`;

export const TWO_CODES = `
2. Type two codes, the one that the app shows now and the one that follows it.`;

export const BEGIN_ANEW = 'Press Enter for a new QR code';

export const SAME_SECRET = '  The QR code above is still good: no need to scan again.';

export const MENU = `
3. Use it.
   a code   sign in
   w        wait for the next code
   a        send the last accepted code again, as a thief would
   r        resynchronize a phone whose clock is off, with two codes
   l        list what the server holds
   q        quit`;

export const RESYNCHRONIZE =
  '  Two codes, the one that the app shows now and the one that follows it, within an hour of the right time.';

export const NOT_SIGNED_IN = '  That alone signs nobody in: the next code does.';

export const UNKNOWN_COMMAND = '✗ Type a code, or one of these letters.';

export const HELD = `
  lastCounter  the newest code that was accepted: it, and all before it, never count again
  offsets      how many periods the last accepted codes were ahead of this clock
  secret       is beside the device, never in it; a real server encrypts it`;

export const GOODBYE = '\nGoodbye. The server is gone, so remove the entry from your app.';

/** For those who cannot scan. Apps ask for the parameters, and guess the usual ones. */
export function setupKeyScreen(setupKey: string, issuer: string, parameters: OtpParameters): string {
  const { algorithm, digits, periodSeconds } = parameters;
  return `
   No camera? Type this key: ${setupKey}
   Name ${issuer}, time-based, ${algorithm}, ${digits} digits, ${periodSeconds} seconds`;
}

/** A picture that is cut off cannot be scanned, so it is not drawn, or the person is told. */
export function qrScreen(picture: string, columns: number, rows: number): string {
  const lines = picture.split('\n');
  const width = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  if (width > columns) {
    return `   This window is too narrow for the QR code: it has ${columns} columns, and ${width} are needed.`;
  }
  if (lines.length + LINES_BELOW_QR <= rows) return picture;
  return `${picture}\n   Is its top out of sight? Enlarge the window, or scroll.`;
}

const LINES_BELOW_QR = 8;

export function success(text: string): string {
  return `✓ ${text}`;
}

/** The first sentence says what happened, the others what to do. */
export function failure(text: string, reason: string): string {
  const [problem, ...advice] = text.split(/(?<=\.) /);
  return `✗ ${problem} (${reason})\n  ${advice.join(' ')}`;
}

/** A step off is nothing: one of the clocks has passed into the next period, and the other is about to. */
export function clockSentence(driftSteps: number, periodMs: number): string {
  const distance = duration(driftSteps * periodMs);
  if (driftSteps > 1) return `The clock of the phone is about ${distance} ahead.`;
  if (driftSteps < -1) return `The clock of the phone is about ${distance} behind, or the code was typed late.`;
  return 'The phone is in step.';
}

/** The question, with a bar that fills until the next code. */
export function liveQuestion(question: string, interval: Interval | undefined, nowMs: number): string {
  return interval === undefined ? `${question} › ` : `${question}  ${progress(interval, nowMs)} › `;
}

export function liveWait(interval: Interval, nowMs: number): string {
  return `Waiting  ${progress(interval, nowMs)}  (Enter: go on) `;
}

function progress({ startMs, endMs }: Interval, nowMs: number): string {
  const share = Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
  const full = Math.floor(share * BAR_WIDTH);
  const left = nowMs < endMs ? `next code in ${seconds(endMs - nowMs)}` : 'next code';
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${left}`;
}

const BAR_WIDTH = 20;

/** The same for a pipe: a line, written once. */
export function plainQuestion(question: string, interval: Interval | undefined, nowMs: number): string {
  const left = interval === undefined ? 0 : interval.endMs - nowMs;
  return left > 0 ? `${question} (the next code comes in ${seconds(left)}):` : `${question}:`;
}

export function plainWait({ endMs }: Interval, nowMs: number): string {
  return `Waiting ${seconds(endMs - nowMs)} for the next code.`;
}
