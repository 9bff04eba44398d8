import type { OtpParameters } from '../core/parameters.js';
import { hasEnded } from '../device/assign.js';
import { checkWork, signInWork } from '../device/policy.js';
import type { Context } from './context.js';
import { isTaken, parseName } from './names.js';
import type { Policy } from './policy.js';
import type { Refusal } from './reasons.js';
import type { UserDevice, UserRecord } from './record.js';
import { usedDevices } from './secrets.js';

/** Checks what every way to add a device needs: a free name, and room. */
export function admitDevice(
  record: UserRecord,
  typedName: unknown,
  parameters: OtpParameters,
  { policy, nowMs }: Pick<Context, 'policy' | 'nowMs'>,
): { readonly ok: true; readonly name: string } | Refusal<'malformed-name' | 'name-taken' | 'too-many-devices'> {
  const name = parseName(typedName);
  if (name === undefined) return { ok: false, reason: 'malformed-name' };
  if (isTaken(name, record)) return { ok: false, reason: 'name-taken' };
  if (isFull(record, policy)) return { ok: false, reason: 'too-many-devices' };
  checkSignInWork(record, parameters, policy, nowMs);
  return { ok: true, name };
}

/** Every pending device may be assigned later: the most costly of them that there is room for count. */
function checkSignInWork({ devices }: UserRecord, added: OtpParameters, policy: Policy, nowMs: number): void {
  const workOf = ({ device }: UserDevice): number => signInWork(policy, device.parameters);
  const used = usedDevices(devices);
  const pending = devices.filter(({ device }) => device.status === 'pending' && !hasEnded(device, nowMs, policy));
  const room = Math.max(0, policy.maxDevices - used.length - 1);
  const coming = pending.map(workOf).sort((a, b) => b - a);
  const works = [...used.map(workOf), signInWork(policy, added), ...coming.slice(0, room)];
  checkWork(
    `a sign-in over ${works.length} devices`,
    works.reduce((sum, work) => sum + work, 0),
  );
}

/** While recovering there is room for the one device that ends it: the suspended ones can be removed after. */
export function isFull({ devices, recovering }: UserRecord, { maxDevices }: Policy): boolean {
  return recovering !== true && usedDevices(devices).length >= maxDevices;
}
