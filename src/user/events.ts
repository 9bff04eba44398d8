import { counting, type Fields, list, oneOf, optional, text, whole } from '../core/shape.js';

/** The details of each event, beside its time, user and number. None is a secret or a code. */
export interface EventDetails {
  'device-created': OnDevice & ByWhom;
  'device-assigned': OnDevice & ByWhom;
  'device-imported': OnDevice & ByWhom;
  'device-renamed': OnDevice & { readonly previousName: string } & ByWhom;
  'device-resynchronized': OnDevice & { readonly driftSteps: number } & ByWhom;
  'device-suspended': OnDevice & ByWhom;
  'device-reinstated': OnDevice & ByWhom;
  'device-removed': OnDevice & ByWhom;
  'signed-in': OnDevice;
  /**
   * `offsetSteps`: the code was right, but so many periods out of step. Hidden from the user: the answer says
   * `code-mismatch`.
   */
  'sign-in-failed': { readonly serialNumber?: string; readonly offsetSteps?: number };
  'code-reused': OnDevice;
  /** `lockedUntilMs` is absent when only an administrator, a recovery code or a recovery lifts it. */
  locked: { readonly lockedUntilMs?: number };
  /** Many strikes: the password is probably known. */
  'guessing-suspected': { readonly strikes: number };
  unlocked: ByWhom;
  'recovery-code-used': { readonly recoveryCodesLeft: number };
  /** A recovery code that is wrong, or was used before. */
  'recovery-code-failed': NoDetails;
  /** New ones were made. They come into force when one of them is confirmed or signs in. */
  'recovery-codes-created': ByWhom;
  /** New ones came into force, and the old ones are void. */
  'recovery-codes-confirmed': NoDetails;
  recovered: { readonly verified: readonly string[] };
  /** Signed out everywhere: sessions need another code. */
  'proofs-revoked': ByWhom;
  /** From this browser the user is let try a code whatever lock stands. */
  'browser-remembered': OnBrowser;
  /** This browser signs in without a code until then. */
  'browser-trusted': OnBrowser & { readonly untilMs: number };
  'trusted-browser-used': OnBrowser;
  'browser-forgotten': OnBrowser & { readonly cause: ForgetCause } & ByWhom;
  /** An administrator's reset: nothing leads on but its code, until then. */
  'reset-begun': { readonly untilMs: number } & ByWhom;
  'reset-code-used': NoDetails;
  'reset-code-failed': NoDetails;
  /** Somebody came with the code after its time. The account waits for another reset. */
  'reset-expired': NoDetails;
  /** The sealed secret does not open: its key is gone, or it was copied here from elsewhere. */
  'secret-unreadable': OnDevice;
  /** The row is removed. May come twice where the store's answer was lost. */
  'user-deleted': ByWhom;
}
/** Nothing beside the time, the user and the number. */
export type NoDetails = Readonly<Record<never, never>>;
export interface OnDevice {
  readonly serialNumber: string;
  readonly name: string;
}
export interface OnBrowser {
  readonly browserId: string;
  /** What the application called it. */
  readonly label?: string;
}
/**
 * `request`: somebody asked for it. `wrong-codes`: too many came from it. `token-reused`: it lost its trust and is known
 * still, because an old token was shown; the cookie may have been copied.
 */
export type ForgetCause = 'request' | 'wrong-codes' | 'token-reused';
export interface ByWhom {
  /** Absent where the user did it. */
  readonly administrator?: string;
}

export type EventType = keyof EventDetails;

/** A union that narrows by `type`. Never holds a secret or a code. */
export type MfaEvent<T extends EventType = EventType> = T extends EventType
  ? {
      readonly type: T;
      readonly userId: string;
      readonly atMs: number;
      /**
       * Running number of a user's written events. An event that wrote nothing (`secret-unreadable` beside a malformed
       * code) repeats the number of the one before it; `user-deleted` has the next one.
       */
      readonly seq: number;
    } & EventDetails[T]
  : never;

/** An event as the record keeps it; those of one device and kind are one line. */
export type HistoryEntry = MfaEvent & {
  /** How many such events the line stands for, `atMs` being the last one's time. */
  readonly count?: number;
  /** The time of the first of them. Of a removed device: when it was bound. */
  readonly firstAtMs?: number;
};

/** An event before the record has numbered it. */
export type Happening<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T } & EventDetails[T]
  : never;

const steps = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const onDevice: Fields<OnDevice> = { serialNumber: text, name: text };
const byWhom: Fields<ByWhom> = { administrator: optional(text) };
const onBrowser: Fields<OnBrowser> = { browserId: text, label: optional(text) };
const cause = oneOf<ForgetCause>({ request: true, 'wrong-codes': true, 'token-reused': true });

/**
 * The shape of each type's details in a history line. A detail that {@link EventDetails} has and this has not does not
 * compile.
 */
export const DETAILS: { readonly [T in EventType]: Fields<EventDetails[T]> } = {
  'device-created': { ...onDevice, ...byWhom },
  'device-assigned': { ...onDevice, ...byWhom },
  'device-imported': { ...onDevice, ...byWhom },
  'device-renamed': { ...onDevice, previousName: text, ...byWhom },
  'device-resynchronized': { ...onDevice, driftSteps: steps, ...byWhom },
  'device-suspended': { ...onDevice, ...byWhom },
  'device-reinstated': { ...onDevice, ...byWhom },
  'device-removed': { ...onDevice, ...byWhom },
  'signed-in': onDevice,
  'sign-in-failed': { serialNumber: optional(text), offsetSteps: optional(steps) },
  'code-reused': onDevice,
  locked: { lockedUntilMs: optional(counting) },
  'guessing-suspected': { strikes: counting },
  unlocked: byWhom,
  'recovery-code-used': { recoveryCodesLeft: counting },
  'recovery-code-failed': {},
  'recovery-codes-created': byWhom,
  'recovery-codes-confirmed': {},
  recovered: { verified: list(text) },
  'proofs-revoked': byWhom,
  'browser-remembered': onBrowser,
  'browser-trusted': { ...onBrowser, untilMs: counting },
  'trusted-browser-used': onBrowser,
  'browser-forgotten': { ...onBrowser, cause, ...byWhom },
  'reset-begun': { untilMs: counting, ...byWhom },
  'reset-code-used': {},
  'reset-code-failed': {},
  'reset-expired': {},
  'secret-unreadable': onDevice,
  'user-deleted': byWhom,
};

/** Whether this version knows the type. Lines of types that a later version wrote are kept and not shown. */
export function isKnownType(type: string): type is EventType {
  return Object.hasOwn(DETAILS, type);
}
