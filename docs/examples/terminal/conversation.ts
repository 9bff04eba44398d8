import type { Desk } from './desk.js';
import { enrol } from './enrol.js';
import { WELCOME } from './screens.js';
import type { Enrolment } from './server.js';
import { useDevice } from './use.js';

/** From no device to a person who has signed in, and on until they quit. @throws Left */
export async function converse(desk: Desk, enrolment: Enrolment): Promise<void> {
  desk.say(WELCOME);
  await useDevice(desk, await enrol(desk, enrolment));
}
