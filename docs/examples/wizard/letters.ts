import type { MfaEvent } from 'lockstep-mfa';
import { describeEvent } from './activity.js';

/**
 * What the owner is written about: whatever changes who gets in. Undefined for the rest.
 *
 * @see NIST SP 800-63B §6.1.2; OWASP Multifactor Authentication Cheat Sheet, on notifying of changes
 */
export function letterAbout(event: MfaEvent): { readonly subject: string; readonly body: string } | undefined {
  const subject = SUBJECTS[event.type];
  if (subject === undefined) return undefined;
  return { subject, body: `${describeEvent(event)} ${ADVICE[event.type] ?? IF_NOT_YOU}` };
}

const IF_NOT_YOU =
  'If this was not you, somebody knows your password: look at your devices, and tell your administrator.';

/** Where the owner is not who acted, or where looking at the devices is not the answer. */
const ADVICE: Partial<Record<MfaEvent['type'], string>> = {
  'browser-trusted':
    'If this was not you, somebody has your password and a code of yours: change the password, and tell your administrator.',
  'browser-forgotten': 'If you cannot explain this, change your password, and tell your administrator.',
  'reset-begun':
    'Set a new device up with the code that you were given. If you did not ask for this, tell your administrator at once.',
  'reset-code-used': 'If this was not you, somebody has your password and the code: tell your administrator at once.',
};

const SUBJECTS: Partial<Record<MfaEvent['type'], string>> = {
  'device-assigned': 'A device was set up',
  'device-imported': 'A device was added',
  'device-resynchronized': 'A device was brought back in step',
  'device-suspended': 'A device was suspended',
  'device-reinstated': 'A device was reinstated',
  'device-removed': 'A device was removed',
  'guessing-suspected': 'Somebody may know your password',
  'recovery-code-used': 'A recovery code was used',
  'recovery-codes-created': 'New recovery codes were made',
  'recovery-codes-confirmed': 'New recovery codes were confirmed',
  recovered: 'Your account was recovered',
  'browser-trusted': 'A browser was trusted',
  'browser-forgotten': 'A browser was forgotten, or is not trusted any more',
  'reset-begun': 'Your account was reset',
  'reset-code-used': 'Your reset code was used',
  locked: 'Too many wrong codes',
  unlocked: 'The lock was lifted',
  'user-deleted': 'Your devices were deleted',
};
