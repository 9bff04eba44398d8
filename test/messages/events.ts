import type { EventDetails, EventType, HistoryEntry } from 'lockstep-mfa';

export const AT_MS: number = Date.UTC(2026, 0, 2, 3, 4, 5);
/** In every language a name of its own: it must not look like a word of the text. */
export const PHONE = 'Zzz-1';
export const TABLET = 'Zzz-2';
export const ADA = 'Zzz-Ada';
export const FIREFOX = 'Zzz-Firefox';

const phone = { serialNumber: 'A1', name: PHONE };
const ada = { administrator: ADA };
const firefox = { browserId: 'b1', label: FIREFOX };
const nameless = { browserId: 'b2' };
const untilMs: number = AT_MS + 86_400_000;

/** Every event, with each kind of detail that it can have. A new event does not compile without a line here. */
const DETAILS: { readonly [T in EventType]: readonly (EventDetails[T] & { readonly count?: number })[] } = {
  'device-created': [phone, { ...phone, ...ada }, { ...phone, count: 2 }],
  'device-assigned': [phone, { ...phone, ...ada }],
  'device-imported': [phone, { ...phone, ...ada }],
  'device-renamed': [
    { ...phone, previousName: TABLET },
    { ...phone, previousName: TABLET, ...ada, count: 5 },
  ],
  'device-resynchronized': [
    { ...phone, driftSteps: 40 },
    { ...phone, driftSteps: -40, ...ada, count: 2 },
  ],
  'device-suspended': [phone, { ...phone, ...ada }],
  'device-reinstated': [phone, { ...phone, ...ada }],
  'device-removed': [
    phone,
    { ...phone, ...ada },
    { ...phone, count: 1 },
    { ...phone, count: 2 },
    { ...phone, ...ada, count: 5 },
  ],
  'signed-in': [phone],
  'sign-in-failed': [{}, { serialNumber: 'A1', offsetSteps: 40 }, { count: 1 }, { count: 2 }, { count: 5 }],
  'code-reused': [phone, { ...phone, count: 2 }],
  locked: [{}, { lockedUntilMs: AT_MS + 30_000 }, { lockedUntilMs: AT_MS + 30_000, count: 3 }],
  'guessing-suspected': [{ strikes: 25 }],
  unlocked: [{}, ada],
  'recovery-code-used': [0, 1, 2, 5, 9].map((recoveryCodesLeft) => ({ recoveryCodesLeft })),
  'recovery-code-failed': [{}, { count: 2 }],
  'recovery-codes-created': [{}, ada],
  'recovery-codes-confirmed': [{}],
  recovered: [{ verified: ['email', 'phone'] }],
  'proofs-revoked': [{}, ada],
  'browser-remembered': [firefox, nameless],
  'browser-trusted': [
    { ...firefox, untilMs },
    { ...nameless, untilMs },
  ],
  'trusted-browser-used': [firefox, nameless],
  'browser-forgotten': (['request', 'wrong-codes', 'token-reused'] as const).flatMap((cause) => [
    { ...firefox, cause },
    { ...nameless, cause },
    ...(cause === 'request' ? [{ ...firefox, cause, ...ada }] : []),
  ]),
  'reset-begun': [{ untilMs }, { untilMs, ...ada }],
  'reset-code-used': [{}],
  'reset-code-failed': [{}, { count: 5 }],
  'reset-expired': [{}],
  'secret-unreadable': [phone],
  'user-deleted': [{}, ada],
};

export const EVENT_TYPES: readonly EventType[] = Object.keys(DETAILS) as EventType[];

export const EVENTS: readonly HistoryEntry[] = Object.entries(DETAILS).flatMap(([type, details]) =>
  details.map((detail) => ({ type, userId: 'user-1', atMs: AT_MS, seq: 7, ...detail }) as HistoryEntry),
);
