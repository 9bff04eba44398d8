import type { Desk } from './desk.js';
import { enroll } from './enroll.js';
import { WELCOME } from './screens.js';
import type { Enrollment } from './server.js';
import { useDevice } from './use.js';

/** From no device to a person who has signed in, and on until they quit. @throws Left */
export async function converse(desk: Desk, enrollment: Enrollment): Promise<void> {
  desk.say(WELCOME);
  await useDevice(desk, await enroll(desk, enrollment));
}
