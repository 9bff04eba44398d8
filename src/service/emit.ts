import type { MfaEvent } from '../user/events.js';
import type { Deadline } from './deadline.js';

export interface EventPorts {
  readonly onEvent: (event: MfaEvent) => void | Promise<void>;
  /** Called for each event whose handler threw or took too long. */
  readonly onEventError: (cause: unknown, event: MfaEvent) => void | Promise<void>;
  readonly deadline: Deadline;
}

/**
 * Hands out the events of a write, all at once and in their order, and waits until their handlers are done, or for
 * the deadline at most. An event never takes the answer: what fails goes to `onEventError`.
 */
export async function emit(
  { onEvent, onEventError, deadline }: EventPorts,
  events: readonly MfaEvent[],
): Promise<void> {
  const handle = async (event: MfaEvent): Promise<void> => {
    try {
      const done = onEvent(event);
      if (done !== undefined) await deadline.within(async () => done, 'event-failed', 'onEvent');
    } catch (cause) {
      // What it throws is ignored, at once or later: nobody is left to hear of it, and a rejection that nobody handles would
      // end the process.
      const report = async (): Promise<void> => onEventError(cause, event);
      report().catch(() => {});
    }
  };
  await Promise.all(events.map(handle));
}

/** Names the event and says why; an event holds no secret. */
export function logEventError(cause: unknown, { type, userId }: MfaEvent): void {
  console.error(`lockstep-mfa: the handler of the event ${type} of user ${JSON.stringify(userId)} failed`, cause);
}
