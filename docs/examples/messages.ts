// What to say for each refusal, and with which HTTP status: what happened, and what to do now. No `default` in the first: a
// new reason breaks the build here, not the page.
import type { OtpParameters, Refusal } from 'lockstep-mfa';

function minutes(ms: number): number {
  return Math.max(1, Math.round(Math.abs(ms) / 60_000));
}

/** The first locks are shorter than a minute. */
function wait(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : `${minutes(ms)} min`;
}

function afterLock(untilMs: number | undefined, nowMs: number): string {
  return untilMs === undefined
    ? 'Use a recovery code or ask your administrator.'
    : `Try again in ${wait(untilMs - nowMs)}.`;
}

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'algorithm',
  digits: 'number of digits',
  periodSeconds: 'period',
};

/** `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names);
}

/** @param nowMs - the server's time, for how long to wait */
export function message(refusal: Refusal, nowMs: number = Date.now()): string {
  switch (refusal.reason) {
    case 'malformed-code':
      return refusal.field === 'second'
        ? 'The second code is incomplete. Type all digits that your app shows.'
        : 'The code is incomplete. Type all digits that your app shows.';
    case 'code-mismatch':
      return refusal.lock === undefined
        ? 'That code is not right. Wait for the next one and try again.'
        : `That code is not right, and there were too many wrong ones. ${afterLock(refusal.lock.untilMs, nowMs)}`;
    case 'code-reused':
      return refusal.usableAtMs === undefined
        ? 'That code was used already. Wait for the next one.'
        : `Your device shows codes that were used already. They count again in ${minutes(refusal.usableAtMs - nowMs)} min.`;
    case 'codes-identical':
      return 'You typed one code twice. Keep the first, wait until the code changes, then type the new one as the second.';
    case 'codes-reversed':
      return 'The codes are in the wrong order: the older one comes first. Swap them, or type two new ones.';
    case 'codes-not-consecutive':
      return 'There was another code between these two. Type two that follow each other.';
    case 'clock-off':
      return `These codes are ${minutes(refusal.offsetMs)} min ${refusal.offsetMs < 0 ? 'old' : 'ahead'}. Set the clock of your device to automatic, then type two new codes.`;
    case 'parameters-ignored':
      return `Your app does not know the ${list(refusal.ignored.map((name) => PARAMETERS[name]))} used here. Use another app.`;
    case 'locked':
      return `Too many wrong codes. ${afterLock(refusal.lockedUntilMs, nowMs)}`;
    case 'no-recovery-codes':
      return 'You have no recovery codes. Use a code of your app, or ask for help with getting back in.';
    case 'malformed-recovery-code':
      return 'That is no complete recovery code. Type all of its 24 letters and digits.';
    case 'recovery-code-reused':
      return 'That recovery code was used already. Use another one of your list.';
    case 'recovery-code-mismatch':
      return 'That recovery code is not right. Look for typing errors, and use the newest list.';
    case 'no-reset':
      return 'No reset code counts here: your account was not reset, or a device has been set up since. Sign in with a code of your app, or ask your help desk.';
    case 'malformed-reset-code':
      return 'That is no complete reset code. Type all of its 24 letters and digits.';
    case 'reset-code-mismatch':
      return 'That reset code is not right. Look for typing errors, and use the newest code that your help desk gave you.';
    case 'reset-code-expired':
      return 'That reset code has expired. Ask your help desk to reset your account again.';
    case 'browser-not-trusted':
      return 'This browser needs a code to sign in. Type the one that your app shows.';
    case 'unknown-browser':
      return 'That browser is not on your list any more.';
    case 'enrollment-expired':
      return 'This set-up has expired. Begin anew: remove the entry from your app, and scan a new QR code.';
    case 'already-assigned':
      return 'This device is set up.';
    case 'removed':
      return 'This device was removed. Type two codes that it shows now, to bring it back.';
    case 'not-assigned':
      return 'There is no device yet. Set one up first.';
    case 'suspended':
      return 'This device is suspended. Use another device or a recovery code.';
    case 'unknown-device':
      return 'There is no such device. It may have been removed meanwhile.';
    case 'last-device':
      return 'This is your last device. Add another one first.';
    case 'too-many-devices':
      return 'You have as many devices as are allowed. Remove one first.';
    case 'malformed-name':
      return 'Give the device a name of 1 to 64 characters.';
    case 'name-taken':
      return 'You have a device of that name. Choose another name.';
    case 'recovering':
      return 'Your account is being recovered. Finish that first: set up a device with two codes.';
    case 'mfa-required':
      return 'Sign in with a code first.';
    case 'conflict':
      return 'Too much at once. Try again.';
  }
}

export function statusOf(refusal: Refusal): 403 | 404 | 409 | 422 | 429 {
  switch (refusal.reason) {
    case 'locked':
      return 429;
    case 'mfa-required':
    case 'browser-not-trusted':
      return 403;
    case 'unknown-device':
    case 'unknown-browser':
      return 404;
    case 'already-assigned':
    case 'too-many-devices':
    case 'name-taken':
    case 'last-device':
    case 'recovering':
    case 'removed':
    case 'conflict':
      return 409;
    default:
      return 422;
  }
}
