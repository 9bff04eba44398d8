import type { Desk } from './desk.js';
import { handInPair } from './pair.js';
import * as screens from './screens.js';
import { begin, type Enrollment, type Server } from './server.js';

export interface Enrolled {
  readonly server: Server;
  readonly lastCode: string;
}

/** Shows a secret until two codes have assigned the phone. A new secret only if the enrollment has expired. */
export async function enroll(desk: Desk, enrollment: Enrollment): Promise<Enrolled> {
  for (;;) {
    const { server, keyUri, setupKey } = begin(enrollment, desk.now());
    desk.say(screens.SCAN);
    desk.showQr(keyUri);
    desk.say(screens.setupKeyScreen(setupKey, enrollment.issuer, enrollment.parameters));
    desk.say(screens.TWO_CODES);
    const lastCode = await assign(desk, server);
    if (lastCode !== undefined) return { server, lastCode };
    desk.say('');
    await desk.ask(screens.BEGIN_ANEW);
  }
}

/** The code that assigned it, or undefined: expired. */
async function assign(desk: Desk, server: Server): Promise<string | undefined> {
  for (;;) {
    desk.say('');
    const { codes, result } = await handInPair(desk, server, (pair, nowMs) => server.assign(pair, nowMs));
    if (result.ok) {
      desk.say(
        screens.success(`The phone is assigned. ${screens.clockSentence(server.driftSteps(), server.periodMs)}`),
      );
      return codes[1];
    }
    if (result.reason === 'enrollment-expired') return undefined;
    desk.say(screens.SAME_SECRET);
  }
}
