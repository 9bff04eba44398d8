import type { OtpParameters, Refusal } from 'lockstep-mfa';
import { duration } from './durations.js';

/** What the person was doing. */
export type Task = 'assign' | 'sign in' | 'resynchronize';

export interface Message {
  readonly problem: string;
  readonly advice: string;
}

/** What went wrong and what to do. Without a `default`: a new reason breaks the build here, and not the page. */
export function explain(refusal: Refusal, task: Task, nowMs: number): Message {
  switch (refusal.reason) {
    case 'malformed-code':
      return {
        problem: `${WHICH[refusal.field ?? 'only']} is not complete.`,
        advice: 'Type all of its digits. Spaces do not matter.',
      };
    case 'code-mismatch':
      if (refusal.lock === undefined) return MISMATCH[task];
      return {
        problem: MISMATCH[task].problem,
        advice: `There were too many wrong ones. ${afterLock(refusal.lock.untilMs, nowMs)}`,
      };
    case 'code-reused':
      return {
        problem: 'This code, or a later one, has been used. Each code counts once.',
        advice:
          refusal.usableAtMs === undefined
            ? 'Wait for the next code.'
            : `Wait: a code that counts is shown in ${duration(refusal.usableAtMs - nowMs)}.`,
      };
    case 'codes-identical':
      return {
        problem: 'This is the same code twice.',
        advice: 'Type one, wait until the app shows another, and type that.',
      };
    case 'codes-reversed':
      return { problem: 'The two codes are in the wrong order.', advice: 'Type the older one first.' };
    case 'codes-not-consecutive':
      return {
        problem: 'Both codes are right, but there was another between them.',
        advice: 'Type two codes that the app shows one directly after the other.',
      };
    case 'clock-off': {
      const distance = duration(refusal.offsetMs);
      return {
        problem: `Both codes are right, but ${refusal.offsetMs < 0 ? `${distance} old` : `${distance} too early`}.`,
        advice: `Let the phone set its clock by the network, then type two new codes. Here it is ${utc(nowMs)}.`,
      };
    }
    case 'parameters-ignored': {
      const ignored = LIST.format(refusal.ignored.map((name) => PARAMETER[name]));
      return {
        problem: `The app does not know this ${ignored}, and uses its own.`,
        advice: `Scan with another app, or begin anew with the usual ${ignored}.`,
      };
    }
    case 'enrollment-expired':
      return { problem: 'This enrollment has ended: it was too old, or failed too often.', advice: 'Begin anew.' };
    case 'already-assigned':
      return { problem: 'This device has been assigned before.', advice: 'Sign in with it.' };
    case 'removed':
      return { problem: 'This device was removed.', advice: 'Type two codes that it shows now, to bring it back.' };
    case 'not-assigned':
      return { problem: 'There is no assigned device yet.', advice: 'Finish the enrollment with two codes.' };
    case 'suspended':
      return { problem: 'This device is suspended.', advice: 'Use another one, or have it reinstated.' };
    case 'locked':
      return {
        problem: 'There were too many wrong codes.',
        advice: afterLock(refusal.lockedUntilMs, nowMs),
      };
    case 'no-recovery-codes':
      return { problem: 'There are no recovery codes.', advice: 'Sign in with a code of the app.' };
    case 'malformed-recovery-code':
      return { problem: 'The recovery code is not complete.', advice: 'Type all of its 24 letters and digits.' };
    case 'recovery-code-reused':
      return { problem: 'This recovery code has been used. Each counts once.', advice: 'Use another one of the list.' };
    case 'recovery-code-mismatch':
      return {
        problem: 'This recovery code is not right.',
        advice: 'Look for typing errors, and use the newest list.',
      };
    case 'no-reset':
      return {
        problem: 'No reset code counts here: there was no reset, or a device was set up since.',
        advice: 'Sign in with a code of the app, or ask the help desk.',
      };
    case 'malformed-reset-code':
      return { problem: 'The reset code is not complete.', advice: 'Type all of its 24 letters and digits.' };
    case 'reset-code-mismatch':
      return {
        problem: 'This reset code is not right.',
        advice: 'Look for typing errors, and use the newest code of the help desk.',
      };
    case 'reset-code-expired':
      return { problem: 'This reset code has expired.', advice: 'Ask the help desk to reset the account again.' };
    case 'browser-not-trusted':
      return { problem: 'This browser needs a code to sign in.', advice: 'Type the code that the app shows.' };
    case 'unknown-browser':
      return { problem: 'This browser is not on the list any more.', advice: 'Look at the list of your browsers.' };
    case 'unknown-device':
      return { problem: 'There is no such device.', advice: 'Look at the list of your devices.' };
    case 'last-device':
      return { problem: 'This is the last device.', advice: 'Add another one first.' };
    case 'too-many-devices':
      return { problem: 'There are as many devices as are allowed.', advice: 'Remove one first.' };
    case 'malformed-name':
      return { problem: 'This is no name for a device.', advice: 'Give it 1 to 64 characters.' };
    case 'name-taken':
      return { problem: 'Another device has this name.', advice: 'Choose another name.' };
    case 'recovering':
      return {
        problem: 'The account is being recovered.',
        advice: 'Finish that first: set up a device with two codes.',
      };
    case 'mfa-required':
      return { problem: 'This needs a recent sign-in with a code.', advice: 'Sign in with a code first.' };
    case 'conflict':
      return { problem: 'Too much happened at once; nothing was changed.', advice: 'Try again.' };
  }
}

function afterLock(untilMs: number | undefined, nowMs: number): string {
  return untilMs === undefined
    ? 'Use a recovery code, or ask the administrator.'
    : `Try again in ${duration(untilMs - nowMs)}.`;
}

function utc(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(11, 16)} UTC`;
}

const WHICH = { only: 'The code', first: 'The first code', second: 'The second code' };

const PARAMETER: Record<keyof OtpParameters, string> = {
  algorithm: 'algorithm',
  digits: 'number of digits',
  periodSeconds: 'period',
};

/** `a`, `a and b`, `a, b and c`. */
const LIST = new Intl.ListFormat('en-GB');

const MISMATCH: Record<Task, Message> = {
  assign: {
    problem: 'These codes do not belong to this secret.',
    advice: 'Look for typing errors, and for the right entry: an older one may have the same name.',
  },
  'sign in': {
    problem: 'This code is not right.',
    advice: 'Wait for the next code. If that is refused too, resynchronize: the clock of the phone may be off.',
  },
  resynchronize: {
    problem: 'These codes are not right.',
    advice: 'Type two codes that the app shows one directly after the other, the older one first.',
  },
};
