/** What each event says beside its time, user and number. Never a secret or a code. */
export interface EventDetails {
  'device-created': OnDevice & ByWhom;
  'device-assigned': OnDevice & ByWhom;
  'device-imported': OnDevice & ByWhom;
  'device-renamed': OnDevice & { readonly previousName: string } & ByWhom;
  'device-resynchronized': OnDevice & { readonly driftSteps: number };
  'device-suspended': OnDevice & ByWhom;
  'device-reinstated': OnDevice & ByWhom;
  'device-removed': OnDevice & ByWhom;
  'signed-in': OnDevice;
  /** `offsetSteps`: a right code, that far out of step. For the administrator; the answer says `code-mismatch`. */
  'sign-in-failed': { readonly serialNumber?: string; readonly offsetSteps?: number };
  'code-reused': OnDevice;
  /** `lockedUntilMs` is absent when only an administrator, a recovery code or a recovery lifts it. */
  locked: { readonly lockedUntilMs?: number };
  /** Many strikes: the password is probably known. */
  'guessing-suspected': { readonly strikes: number };
  unlocked: ByWhom;
  'recovery-code-used': { readonly recoveryCodesLeft: number };
  'recovery-codes-created': ByWhom;
  recovered: { readonly verified: readonly string[] };
  /** The sealed secret does not open: its key is gone, or it was copied here from elsewhere. */
  'secret-unreadable': OnDevice;
}
export interface OnDevice {
  readonly serialNumber: string;
  readonly name: string;
}
export interface ByWhom {
  /** Absent when it was the user. */
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
       * Running number of a user's written events: a gap is a lost one. An event that wrote nothing (`code-reused`, a
       * failed recovery code) repeats the number of the one before it.
       */
      readonly seq: number;
    } & EventDetails[T]
  : never;

/** An event as the record keeps it; failures of one kind are one line. */
export type HistoryEntry = MfaEvent & {
  /** How many such events the line stands for, `atMs` being the last one's time. */
  readonly count?: number;
  readonly firstAtMs?: number;
};

/** An event before the record has numbered it. */
export type Happening<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T } & EventDetails[T]
  : never;

/** What a line of each type holds, for the strict reader of records. `?` marks what may be absent; steps go both ways. */
export const DETAIL_FIELDS: Record<
  EventType,
  Readonly<Record<string, 'text' | 'text?' | 'whole' | 'whole?' | 'steps' | 'steps?' | 'texts'>>
> = {
  'device-created': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'device-assigned': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'device-imported': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'device-renamed': { serialNumber: 'text', name: 'text', previousName: 'text', administrator: 'text?' },
  'device-resynchronized': { serialNumber: 'text', name: 'text', driftSteps: 'steps' },
  'device-suspended': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'device-reinstated': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'device-removed': { serialNumber: 'text', name: 'text', administrator: 'text?' },
  'signed-in': { serialNumber: 'text', name: 'text' },
  'sign-in-failed': { serialNumber: 'text?', offsetSteps: 'steps?' },
  'code-reused': { serialNumber: 'text', name: 'text' },
  locked: { lockedUntilMs: 'whole?' },
  'guessing-suspected': { strikes: 'whole' },
  unlocked: { administrator: 'text?' },
  'recovery-code-used': { recoveryCodesLeft: 'whole' },
  'recovery-codes-created': { administrator: 'text?' },
  recovered: { verified: 'texts' },
  'secret-unreadable': { serialNumber: 'text', name: 'text' },
};
