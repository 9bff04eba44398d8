import { type Catalogue, english, type LineOf } from 'lockstep-mfa/messages';

// A catalogue in which a word is missing does not compile.

const { conflict: _conflict, ...reasons } = english.reasons;
const { locked: _locked, ...events } = english.events;
const { ourFault: _ourFault, ...advice } = english.advice;
const { repeated: _repeated, ...unrepeated } = english;

// @ts-expect-error no words for a reason
export const withoutReason: Catalogue = { ...english, reasons };
// @ts-expect-error no words for an event
export const withoutEvent: Catalogue = { ...english, events };
// @ts-expect-error no subject for an event
export const withoutSubject: Catalogue = { ...english, events: { ...english.events, locked: { line: 'Locked.' } } };
// @ts-expect-error no advice of a kind
export const withoutAdvice: Catalogue = { ...english, advice };
// @ts-expect-error no words for a count
export const withoutCount: Catalogue = unrepeated;
export const misspelt: Catalogue = {
  ...english,
  // @ts-expect-error a reason that there is not
  reasons: { ...english.reasons, conflicts: 'Try again.' },
};

/** A function is handed the details of its own reason or event. */
export const whole: Catalogue = {
  ...english,
  reasons: {
    ...english.reasons,
    locked: ({ lockedUntilMs }, { wait }) => (lockedUntilMs === undefined ? 'Locked.' : wait(lockedUntilMs)),
    // @ts-expect-error no such detail
    conflict: ({ lockedUntilMs }) => `${lockedUntilMs}`,
  },
  events: {
    ...english.events,
    'recovery-code-used': { subject: 'Used', line: ({ recoveryCodesLeft, count }) => `${recoveryCodesLeft} ${count}` },
  },
};

export function previousNameOf(line: LineOf<'device-renamed'>): string {
  return line.previousName;
}
