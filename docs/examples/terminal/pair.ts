import type { AssignDeviceResult, VerifyCodeResult } from 'lockstep-mfa/device';
import { messageFor } from 'lockstep-mfa/messages';
import type { Desk } from './desk.js';
import { failure } from './screens.js';
import type { Server } from './server.js';

export type Pair = readonly [first: string, second: string];

/** Asks for two consecutive codes and hands them in. Of a typing error in the second, only the second is asked again. */
export async function handInPair<R extends AssignDeviceResult | VerifyCodeResult>(
  desk: Desk,
  server: Server,
  handIn: (codes: Pair, nowMs: number) => R,
): Promise<{ readonly codes: Pair; readonly result: R }> {
  const first = await desk.ask('First code');
  const untilNext = server.interval(desk.now());
  for (;;) {
    const codes: Pair = [first, await desk.ask('Second code', untilNext)];
    const nowMs = desk.now();
    const result = handIn(codes, nowMs);
    if (!result.ok) {
      const text = messageFor(result, { nowMs, codes: 2, periodSeconds: server.periodMs / 1000 });
      desk.say(failure(text, result.reason));
    }
    if (result.ok || result.reason !== 'malformed-code' || result.field !== 'second') return { codes, result };
  }
}
