import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'algorithm',
  digits: 'number of digits',
  periodSeconds: 'period',
};

/** The words of the library in English. */
export const english: Catalogue = {
  language: 'en',
  quotes: ['“', '”'],
  reasons: {
    'malformed-code': ({ field }) =>
      `The ${field === undefined ? '' : `${field} `}code is incomplete. Type all digits that your app shows.`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'These two codes are not right' : 'That code is not right';
      if (lock !== undefined) {
        return `${wrong}. There were too many wrong codes. ${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}. Check that both are from this entry in your app, and that your device sets its clock automatically. Then type two new codes.`
        : `${wrong}. Wait for the next one and try again.`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `Your device shows codes that were used already. Try again ${phrases.wait(usableAtMs)}.`;
      }
      return phrases.codes === 2
        ? 'One of these codes was used already. Wait for the next code, then type two new ones.'
        : 'That code was used already. Wait for the next one.';
    },
    'codes-identical':
      'You typed one code twice. Keep the first, wait until your app shows another, and type that as the second.',
    'codes-reversed': 'The codes are in the wrong order. Type the older one first, or type two new codes.',
    'codes-not-consecutive': 'There was another code between these two. Type two codes that follow each other.',
    'clock-off': ({ offsetMs }, { span }) =>
      `These codes are ${span(offsetMs)} ${offsetMs < 0 ? 'old' : 'ahead'}. Set the clock of your device to automatic, then type two new codes.`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `Your app does not know the ${list(ignored.map((name) => PARAMETERS[name]))} used here. Use another app.`,
    'enrollment-expired':
      'This set-up has expired. Begin again: remove the entry from your app, and scan a new QR code.',
    'already-assigned': 'This device is set up already. Sign in with it.',
    removed: 'This device was removed. To bring it back, type the code that it shows now and the one that follows.',
    'not-assigned': 'No device is set up yet. Set one up first.',
    suspended: 'This device is suspended. Use another device or a recovery code.',
    locked: ({ lockedUntilMs }, phrases) => `Too many wrong codes. ${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes': 'You have no recovery codes. Use a code of your app, or ask for help with getting back in.',
    'malformed-recovery-code': 'That is not a complete recovery code. Type all of its 24 letters and digits.',
    'recovery-code-reused': 'That recovery code was used already. Use another one from your list.',
    'recovery-code-mismatch': 'That recovery code is not right. Look for typing errors, and use your newest list.',
    'no-reset': 'There is no open reset of your account. Sign in as usual, or ask your help desk.',
    'malformed-reset-code': 'That is not a complete reset code. Type all of its 24 letters and digits.',
    'reset-code-mismatch':
      'That reset code is not right. Look for typing errors, or ask your help desk to read it again.',
    'reset-code-expired': 'That reset code has expired. Ask your help desk for a new one.',
    'browser-not-trusted': 'This browser needs a code again. Type the one that your app shows.',
    'unknown-browser': 'This browser is not remembered any more. There is nothing to remove.',
    'unknown-device': 'There is no such device any more. Look at the list of your devices.',
    'last-device': 'This is your last device. Add another one first.',
    'too-many-devices': 'You have as many devices as are allowed. Remove one first.',
    'malformed-name': 'That name cannot be used. Choose one of 1 to 64 characters.',
    'name-taken': 'You have a device of that name. Choose another name.',
    'mfa-required': 'This needs a recent sign-in. Sign in with a code first.',
    recovering: 'Your account is being recovered. Finish that first: set up a device with two codes.',
    conflict: 'Several changes came at the same moment, and this one was not made. Try again.',
  },
  events: {
    'device-created': {
      subject: 'The set-up of a device began',
      line: (event, phrases) => `Set-up of ${phrases.name(event.name)} began${by(event, phrases)}.`,
    },
    'device-assigned': {
      subject: 'A device was set up',
      line: (event, phrases) => `${phrases.name(event.name)} was set up${by(event, phrases)}.`,
    },
    'device-imported': {
      subject: 'A device was added',
      line: (event, phrases) => `${phrases.name(event.name)} was added${by(event, phrases)}.`,
    },
    'device-renamed': {
      subject: 'A device was renamed',
      line: (event, phrases) =>
        `${phrases.name(event.previousName)} was renamed ${phrases.name(event.name)}${by(event, phrases)}.`,
    },
    'device-resynchronized': {
      subject: 'A device was brought back in step',
      line: (event, phrases) => `${phrases.name(event.name)} was brought back in step${by(event, phrases)}.`,
    },
    'device-suspended': {
      subject: 'A device was suspended',
      line: (event, phrases) => `${phrases.name(event.name)} was suspended${by(event, phrases)}.`,
    },
    'device-reinstated': {
      subject: 'A device was reinstated',
      line: (event, phrases) => `${phrases.name(event.name)} was reinstated${by(event, phrases)}.`,
    },
    'device-removed': {
      subject: 'A device was removed',
      line: (event, phrases) =>
        event.count === undefined || event.count < 2
          ? `${phrases.name(event.name)} was removed${by(event, phrases)}.`
          : `${phrases.plural(event.count, { one: '# new device was', other: '# new devices were' })} removed again${by(event, phrases)}, ${phrases.name(event.name)} last.`,
    },
    'signed-in': {
      subject: 'You signed in',
      line: ({ name }, phrases) => `Signed in with ${phrases.name(name)}.`,
    },
    'sign-in-failed': { subject: 'A wrong code was typed', line: 'A wrong code was typed.' },
    'code-reused': {
      subject: 'A used code was typed again',
      line: ({ name }, phrases) => `A code of ${phrases.name(name)} that was used already was typed again.`,
    },
    locked: {
      subject: 'Too many wrong codes',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? 'Too many wrong codes were typed: codes are refused until the lock is lifted.'
          : `Too many wrong codes were typed: codes were locked until ${end(lockedUntilMs)}.`,
    },
    'guessing-suspected': {
      subject: 'Somebody may know your password',
      line: 'Somebody who knows your password may be guessing codes.',
    },
    unlocked: { subject: 'The lock was lifted', line: (event, phrases) => `The lock was lifted${by(event, phrases)}.` },
    'recovery-code-used': {
      subject: 'A recovery code was used',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `Signed in with a recovery code: ${recoveryCodesLeft === 0 ? 'none is left' : plural(recoveryCodesLeft, { one: '# is left', other: '# are left' })}.`,
    },
    'recovery-code-failed': {
      subject: 'A wrong recovery code was typed',
      line: 'A recovery code that is wrong or was used before was typed.',
    },
    'recovery-codes-created': {
      subject: 'New recovery codes were made',
      line: (event, phrases) =>
        `New recovery codes were made${by(event, phrases)}: the old ones work until one of the new is typed back.`,
    },
    'recovery-codes-confirmed': {
      subject: 'New recovery codes were confirmed',
      line: 'The new recovery codes were confirmed, and older ones stopped working.',
    },
    recovered: {
      subject: 'Your account was recovered',
      line: 'The account was recovered, and all its devices were suspended.',
    },
    'proofs-revoked': {
      subject: 'You were signed out everywhere',
      line: (event, phrases) => `All sessions were signed out${by(event, phrases)}.`,
    },
    'browser-remembered': {
      subject: 'A browser was remembered',
      line: (event, phrases) => `${aBrowser(event, phrases)} was remembered.`,
    },
    'browser-trusted': {
      subject: 'A browser was trusted',
      line: (event, phrases) =>
        `${aBrowser(event, phrases)} was trusted: it signs in without a code until ${phrases.time(event.untilMs)}.`,
    },
    'trusted-browser-used': {
      subject: 'You signed in without a code',
      line: (event, phrases) =>
        event.label === undefined
          ? 'Signed in without a code from a trusted browser.'
          : `Signed in without a code from ${phrases.name(event.label)}.`,
    },
    'browser-forgotten': {
      subject: 'A browser needs a code again',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${browser} was forgotten${by(event, phrases)}.`;
          case 'wrong-codes':
            return `${browser} was forgotten, since too many wrong codes came from it.`;
          case 'token-reused':
            return `${browser} lost its trust, since an old cookie of it was sent: somebody may have copied it.`;
        }
      },
    },
    'reset-begun': {
      subject: 'Your account was reset',
      line: (event, phrases) =>
        `The account was reset${by(event, phrases)}, and all its devices were suspended. The reset code is valid until ${phrases.time(event.untilMs)}.`,
    },
    'reset-code-used': {
      subject: 'Your reset code was used',
      line: 'The reset code was used, to set up a device.',
    },
    'reset-code-failed': { subject: 'A wrong reset code was typed', line: 'A wrong reset code was typed.' },
    'reset-expired': {
      subject: 'Your reset code has expired',
      line: 'The reset code was typed after it had expired: the account waits for another reset.',
    },
    'secret-unreadable': {
      subject: 'A device could not be checked',
      line: ({ name }, phrases) => `The server could not read what it keeps of ${phrases.name(name)}.`,
    },
    'user-deleted': {
      subject: 'Your devices were deleted',
      line: (event, phrases) => `All that was kept of your devices was deleted${by(event, phrases)}.`,
    },
  },
  repeated: (count, { plural }) => ` (${plural(count, { one: '# time', other: '# times' })})`,
  happenedAt: (time) => `When: ${time}`,
  advice: {
    ifNotYou:
      'If this was not you, somebody else may have access to your account. Change your password, then check your devices and browsers, and contact us.',
    ifGuessed: 'If this was not you, somebody probably knows your password. Change it now.',
    ifNotAsked: 'If you did not ask for this, contact us at once.',
    ourFault: 'You did nothing wrong. If this device does not sign you in, use another one or a recovery code.',
  },
  contact: (contact) => `How to reach us: ${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined ? 'Use a recovery code or ask your administrator.' : `Try again ${wait(untilMs)}.`;
}

function by({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? '' : ` by the administrator ${name(administrator)}`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'A browser' : name(label);
}
