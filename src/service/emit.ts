import { MfaError } from '../errors.js';
import type { MfaEvent } from '../user/events.js';

export type EventHandler = (event: MfaEvent) => void | Promise<void>;

/** Emits events after the write, each at most once. Where the handler fails at one, the others still go out. */
export async function emit(onEvent: EventHandler, events: readonly MfaEvent[]): Promise<void> {
  let failed: { readonly cause: unknown } | undefined;
  for (const event of events) {
    try {
      await onEvent(event);
    } catch (cause) {
      failed ??= { cause };
    }
  }
  if (failed !== undefined) {
    throw new MfaError('event-failed', 'onEvent failed after the state was stored: see cause', failed);
  }
}
