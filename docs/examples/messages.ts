// What to say for each refusal, and with which HTTP status: what happened, and what to do now. No `default` in the first: a
// new reason breaks the build here, not the page.
import type { Refusal } from 'lockstep-mfa';

function minutes(ms: number): number {
  return Math.max(1, Math.round(Math.abs(ms) / 60_000));
}

/** The first locks are shorter than a minute. */
function wait(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : `${minutes(ms)} min`;
}

/** @param nowMs - the server's time, for how long to wait */
export function message(refusal: Refusal, nowMs: number = Date.now()): string {
  switch (refusal.reason) {
    case 'malformed-code':
      return refusal.field === 'second'
        ? 'The second code is incomplete. Type all digits that your app shows.'
        : 'The code is incomplete. Type all digits that your app shows.';
    case 'code-mismatch':
      return 'That code is not right. Wait for the next one and try again.';
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
      return 'Your app does not know the kind of code that is used here. Use another app.';
    case 'locked':
      return refusal.lockedUntilMs === undefined
        ? 'Too many wrong codes. Use a recovery code or ask your administrator.'
        : `Too many wrong codes. Try again in ${wait(refusal.lockedUntilMs - nowMs)}.`;
    case 'enrollment-expired':
      return 'This set-up has expired. Begin anew: remove the entry from your app, and scan a new QR code.';
    case 'already-assigned':
      return 'This device is set up.';
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
      return 403;
    case 'unknown-device':
      return 404;
    case 'already-assigned':
    case 'too-many-devices':
    case 'name-taken':
    case 'last-device':
    case 'conflict':
      return 409;
    default:
      return 422;
  }
}
