import type { EventType } from '../user/events.js';

/** `mail`: the owner is written to. `activity`: it stands on the owner's page. `security`: the security team looks. */
export type Audience = 'mail' | 'activity' | 'security';

const ACTIVITY: readonly Audience[] = ['activity'];
const OWNER: readonly Audience[] = ['mail', 'activity'];
const ALL: readonly Audience[] = ['mail', 'activity', 'security'];

/**
 * The owner is written to about whatever changes who gets in, and about the signs that somebody else tries to.
 *
 * @see NIST SP 800-63B-4 §4.6; OWASP Multifactor Authentication Cheat Sheet, on notifying of changes
 */
const AUDIENCES: { readonly [T in EventType]: readonly Audience[] } = {
  'device-created': ACTIVITY,
  'device-assigned': OWNER,
  'device-imported': OWNER,
  'device-renamed': ACTIVITY,
  'device-resynchronized': OWNER,
  'device-suspended': OWNER,
  'device-reinstated': OWNER,
  'device-removed': OWNER,
  'signed-in': ACTIVITY,
  'sign-in-failed': ACTIVITY,
  'code-reused': ACTIVITY,
  locked: OWNER,
  'guessing-suspected': ALL,
  unlocked: OWNER,
  'recovery-code-used': OWNER,
  'recovery-code-failed': ACTIVITY,
  'recovery-codes-created': OWNER,
  'recovery-codes-confirmed': OWNER,
  recovered: ALL,
  'proofs-revoked': OWNER,
  'browser-remembered': ACTIVITY,
  'browser-trusted': OWNER,
  'trusted-browser-used': ACTIVITY,
  'browser-forgotten': OWNER,
  'reset-begun': ALL,
  'reset-code-used': ALL,
  'reset-code-failed': ['activity', 'security'],
  'reset-expired': ['activity', 'security'],
  'secret-unreadable': ['security'],
  'user-deleted': ALL,
};

/**
 * Says who should hear of an event of this type: the owner by mail, the owner's page of activity, the security team.
 *
 * @returns nobody for a type that this version does not know
 *
 * @example
 * import { audienceOf } from 'lockstep-mfa/messages';
 *
 * console.log(audienceOf('device-assigned')); // [ 'mail', 'activity' ]
 *
 * @see NIST SP 800-63B-4 §4.6: the subscriber is notified of events of the account
 */
export function audienceOf(type: EventType): readonly Audience[] {
  return Object.hasOwn(AUDIENCES, type) ? AUDIENCES[type] : [];
}
