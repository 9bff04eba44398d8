import { messageFor } from 'lockstep-mfa/messages';
import type { Desk } from './desk.js';
import type { Enrolled } from './enroll.js';
import { handInPair } from './pair.js';
import * as screens from './screens.js';
import type { Server } from './server.js';

/** Lets the person use the assigned phone, until they quit. */
export async function useDevice(desk: Desk, { server, ...enrolled }: Enrolled): Promise<void> {
  let { lastCode } = enrolled;
  desk.say(screens.MENU);
  for (;;) {
    desk.say('');
    const typed = (await desk.ask('Code or letter', server.usedInterval(desk.now()))).trim();
    switch (typed.toLowerCase()) {
      case 'w':
        await desk.waitForEnd(server.interval(desk.now()));
        break;
      case 'a':
        signIn(desk, server, lastCode);
        break;
      case 'r':
        lastCode = (await resynchronize(desk, server)) ?? lastCode;
        break;
      case 'l':
        desk.say(`${JSON.stringify(server, null, 2)}\n${screens.HELD}`);
        break;
      case 'q':
        return;
      default:
        if (!/\p{Nd}/u.test(typed)) desk.say(`${screens.UNKNOWN_COMMAND}\n${screens.MENU}`);
        else if (signIn(desk, server, typed)) lastCode = typed;
    }
  }
}

function signIn(desk: Desk, server: Server, code: string): boolean {
  const nowMs = desk.now();
  const result = server.signIn(code, nowMs);
  if (result.ok) desk.say(screens.success(`Signed in. ${screens.clockSentence(server.driftSteps(), server.periodMs)}`));
  else desk.say(screens.failure(messageFor(result, { nowMs, periodSeconds: server.periodMs / 1000 }), result.reason));
  return result.ok;
}

/** The code that did it. */
async function resynchronize(desk: Desk, server: Server): Promise<string | undefined> {
  desk.say(screens.RESYNCHRONIZE);
  const { codes, result } = await handInPair(desk, server, (pair, nowMs) => server.resynchronize(pair, nowMs));
  if (!result.ok) return undefined;
  desk.say(screens.success(`In step again. ${screens.clockSentence(server.driftSteps(), server.periodMs)}`));
  desk.say(screens.NOT_SIGNED_IN);
  return codes[1];
}
