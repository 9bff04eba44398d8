import fc from 'fast-check';
import type { OtpParameters } from 'lockstep-mfa';
import {
  type AssignedDevice,
  assignDevice,
  createDevice,
  type Device,
  driftSteps,
  parseDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';
import { codeAt, counterAt, DEFAULTS, OTHER_SECRET, SECRET, START_MS, stored } from './fixtures.js';

// Any sequence of what people, clocks and guessers do to one device. The model knows the true time and what was accepted;
// it never looks into the device's offsets.

/** What is tested: the library, or one that breaks a rule on purpose. */
interface Implementation {
  readonly assign: typeof assignDevice;
  readonly verify: typeof verifyCode;
  readonly resynchronize: typeof resynchronizeDevice;
}
const library: Implementation = {
  assign: assignDevice,
  verify: verifyCode,
  resynchronize: resynchronizeDevice,
};

/** The world outside: clocks, and what was accepted. */
interface World {
  readonly parameters: OtpParameters;
  serverMs: number;
  deviceMs: number;
  /** True time since the secret was made, whatever the clocks say. */
  ageMs: number;
  status: Device['status'];
  failures: number;
  accepted: Set<number>;
}
interface Server {
  readonly implementation: Implementation;
  device: Device;
}

const periodMs = ({ parameters }: World): number => parameters.periodSeconds * 1000;
const serverCounter = ({ serverMs, parameters }: World): number => counterAt(serverMs, parameters);
const deviceCounter = ({ deviceMs, parameters }: World): number => counterAt(deviceMs, parameters);
const shown = ({ parameters }: World, counter: number): string => codeAt(counter, parameters);

function floorOf(device: Device): number {
  return device.status === 'pending' ? -1 : device.lastCounter;
}

/** What has to hold of every answer, whoever asked. */
function settle(world: World, server: Server, next: Device, typed: readonly string[] | undefined): void {
  const before = server.device;
  const floor = floorOf(before);
  if (typed !== undefined && next.status === 'assigned') {
    const counters = typed.map((_, i) => next.lastCounter - typed.length + 1 + i);
    for (const [i, counter] of counters.entries()) {
      expect(shown(world, counter), 'an accepted code is right').toBe(typed[i]);
      expect(counter, 'an accepted counter is above the floor').toBeGreaterThan(floor);
      expect(world.accepted, 'no counter is accepted twice').not.toContain(counter);
      world.accepted.add(counter);
    }
    expect(Math.abs(driftSteps(next)), 'the drift is bounded').toBeLessThanOrEqual(4500_000 / periodMs(world));
  }
  if (before.status !== 'pending') expect(floorOf(next), 'the floor never goes back').toBeGreaterThanOrEqual(floor);
  expect(next.status).toBe(world.status);
  expect(parseDevice(stored(next)), 'the state is plain JSON').toEqual(next);
  server.device = next;
}

/** The next code that the device shows, now or after a while, signs in. Tried, not done: verifying changes nothing. */
function expectInStep(world: World, { device, implementation }: Server): void {
  // What is searched and what may be late.
  const limit = 4500_000 / periodMs(world);
  for (const waitMs of [0, 0.7, 1, 1.3, 2, 50].map((periods) => periods * periodMs(world))) {
    const later = { ...world, serverMs: world.serverMs + waitMs, deviceMs: world.deviceMs + waitMs };
    const counter = deviceCounter(later);
    if (counter <= floorOf(device) || Math.abs(counter - serverCounter(later)) > limit) continue;
    const result = implementation.verify(device, SECRET, shown(world, counter), { nowMs: later.serverMs });
    expect(result.ok, 'the next code after ok signs in').toBe(true);
  }
}

type Command = fc.Command<World, Server>;

class Wait implements Command {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check(): boolean {
    return true;
  }
  run(world: World): void {
    world.serverMs += this.ms;
    world.deviceMs += this.ms;
    world.ageMs += this.ms;
  }
  toString(): string {
    return `wait ${this.ms} ms`;
  }
}

class SetClock implements Command {
  readonly whose: 'serverMs' | 'deviceMs';
  readonly ms: number;
  constructor(whose: 'serverMs' | 'deviceMs', ms: number) {
    this.whose = whose;
    this.ms = ms;
  }
  check(): boolean {
    return true;
  }
  run(world: World): void {
    world[this.whose] += this.ms;
  }
  toString(): string {
    return `set ${this.whose} by ${this.ms}`;
  }
}

/** A pair that the device showed `delay` periods ago. */
class Assign implements Command {
  readonly delay: number;
  constructor(delay: number) {
    this.delay = delay;
  }
  check(world: World): boolean {
    return world.status === 'pending' && this.delay * periodMs(world) <= world.ageMs;
  }
  run(world: World, server: Server): void {
    const pending = server.device;
    const second = deviceCounter(world) - this.delay;
    const codes = [shown(world, second - 1), shown(world, second)] as const;
    const result = server.implementation.assign(pending, SECRET, codes, { nowMs: world.serverMs });
    if (result.ok) world.status = 'assigned';
    else if (result.device.status === 'pending') world.failures = result.device.failures;
    settle(world, server, result.device, result.ok ? codes : undefined);
    // A server clock that was set back without a trace hides how late the hand was.
    const age = world.serverMs - pending.createdAtMs;
    if (result.ok && (age < 0 || age >= this.delay * periodMs(world))) expectInStep(world, server);
  }
  toString(): string {
    return `assign ${this.delay} periods late`;
  }
}

class AssignWrongly implements Command {
  check(world: World): boolean {
    return world.status === 'pending';
  }
  run(world: World, server: Server): void {
    const before = server.device;
    const codes = [0, 1].map((i) => codeAt(deviceCounter(world) + i, world.parameters, OTHER_SECRET));
    const result = server.implementation.assign(before, SECRET, codes as [string, string], { nowMs: world.serverMs });
    if (result.ok)
      world.status = 'assigned'; // once in 10^12
    else if (result.device !== before) {
      world.failures++;
      expect(result.device, 'a wrong pair only counts').toEqual({ ...before, failures: world.failures });
    } else expect(result.reason).toBe('enrollment-expired');
    settle(world, server, result.device, result.ok ? codes : undefined);
  }
  toString(): string {
    return 'assign with codes of another secret';
  }
}

/** A code that the device showed `delay` periods ago, or an accepted one. */
class SignIn implements Command {
  readonly delay: number | 'replay' | 'wrong';
  readonly choice: number;
  constructor(delay: number | 'replay' | 'wrong', choice = 0) {
    this.delay = delay;
    this.choice = choice;
  }
  check({ accepted }: World): boolean {
    return this.delay !== 'replay' || accepted.size > 0;
  }
  code(world: World): string {
    if (this.delay === 'wrong') return codeAt(this.choice, world.parameters, OTHER_SECRET);
    if (this.delay !== 'replay') return shown(world, deviceCounter(world) - this.delay);
    const used = [...world.accepted];
    return shown(world, used[this.choice % used.length] as number);
  }
  run(world: World, server: Server): void {
    const before = server.device;
    const code = this.code(world);
    const result = server.implementation.verify(before, SECRET, code, { nowMs: world.serverMs });
    if (!result.ok) expect(result.device, 'a refusal changes nothing').toBe(before);
    if (world.status === 'pending') expect(!result.ok && result.reason).toBe('not-assigned');
    if (world.status === 'suspended') expect(!result.ok && result.reason).toBe('suspended');
    settle(world, server, result.device, result.ok ? [code] : undefined);
  }
  toString(): string {
    return `sign in: ${this.delay} (${this.choice})`;
  }
}

class Resynchronize implements Command {
  readonly delay: number;
  readonly repeat: boolean;
  constructor(delay: number, repeat: boolean) {
    this.delay = delay;
    this.repeat = repeat;
  }
  check(): boolean {
    return true;
  }
  run(world: World, server: Server): void {
    const before = server.device;
    const second = deviceCounter(world) - this.delay;
    const codes = [shown(world, second - 1), shown(world, this.repeat ? second - 1 : second)] as const;
    const result = server.implementation.resynchronize(before, SECRET, codes, { nowMs: world.serverMs });
    if (!result.ok) expect(result.device, 'a refusal changes nothing').toBe(before);
    settle(world, server, result.device, result.ok ? codes : undefined);
    if (result.ok && this.delay * periodMs(world) <= 900_000) expectInStep(world, server);
  }
  toString(): string {
    return `resynchronize ${this.delay} periods late${this.repeat ? ', the same code twice' : ''}`;
  }
}

class Suspend implements Command {
  check(world: World): boolean {
    return world.status === 'assigned';
  }
  run(world: World, server: Server): void {
    world.status = 'suspended';
    const next = suspendDevice(server.device as AssignedDevice, { nowMs: world.serverMs });
    expect(reinstateDevice(next), 'reinstating gives the same device').toEqual(server.device);
    settle(world, server, next, undefined);
  }
  toString(): string {
    return 'suspend';
  }
}

class Reinstate implements Command {
  check(world: World): boolean {
    return world.status === 'suspended';
  }
  run(world: World, server: Server): void {
    if (server.device.status !== 'suspended') throw new Error('not suspended');
    world.status = 'assigned';
    settle(world, server, reinstateDevice(server.device), undefined);
  }
  toString(): string {
    return 'reinstate';
  }
}

class Remove implements Command {
  check(): boolean {
    return true;
  }
  run(world: World, server: Server): void {
    const line = removeDevice(server.device, { nowMs: world.serverMs });
    expect(line).toMatchObject({ status: 'removed', serialNumber: server.device.serialNumber });
    for (const device of [line, JSON.parse(JSON.stringify(line))]) {
      const verify = () =>
        server.implementation.verify(device as Device, SECRET, shown(world, deviceCounter(world)), {
          nowMs: world.serverMs,
        });
      expect(thrown(verify).code).toBe('corrupt-record');
    }
  }
  toString(): string {
    return 'remove';
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const within = (ms: number): fc.Arbitrary<number> => fc.integer({ min: -ms, max: ms });

/** What happens every day stands here more than once. */
const commands = fc.commands(
  [
    ...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 90_000 }).map((ms) => new Wait(ms))),
    fc.integer({ min: 0, max: 30 * DAY_MS }).map((ms) => new Wait(ms)),
    within(45_000).map((ms) => new SetClock('deviceMs', ms)),
    within(HOUR_MS).map((ms) => new SetClock('deviceMs', ms)),
    within(400_000).map((ms) => new SetClock('serverMs', ms)),
    within(2 * HOUR_MS).map((ms) => new SetClock('serverMs', ms)),
    ...Array.from({ length: 3 }, () => fc.integer({ min: -1, max: 3 }).map((periods) => new SignIn(periods))),
    fc.nat().map((choice) => new SignIn('replay', choice)),
    fc.nat().map((choice) => new SignIn('wrong', choice)),
    ...Array.from({ length: 3 }, () =>
      fc
        .tuple(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 31 })), fc.boolean())
        .map((args) => new Resynchronize(...args)),
    ),
    fc.integer({ min: 0, max: 31 }).map((periods) => new Assign(periods)),
    fc.constant(new AssignWrongly()),
    fc.constant(new Suspend()),
    fc.constant(new Reinstate()),
    fc.constant(new Reinstate()),
    fc.constant(new Remove()),
  ],
  { maxCommands: 30, size: 'max' },
);

/** How a device begins. Most are assigned at once, most of them by a prompt hand. */
const beginnings = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Command[]>([]) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 60_000 }))
      .map(([delay, ms]): Command[] => [new Wait(delay * 60_000 + ms), new Assign(delay)]),
  },
);

const scene = fc.record({
  beginning: beginnings,
  commands,
  parameters: fc.constantFrom<OtpParameters>(DEFAULTS, { algorithm: 'SHA256', digits: 8, periodSeconds: 60 }),
  phaseMs: fc.integer({ min: 0, max: 60_000 }),
  errorMs: within(500_000),
});

function machine(implementation: Implementation) {
  return fc.property(scene, ({ beginning, commands, parameters, phaseMs, errorMs }) => {
    const serverMs = START_MS + phaseMs;
    const deviceMs = serverMs + errorMs;
    const device = createDevice({ serialNumber: 'phone', nowMs: serverMs, parameters });
    const world = { parameters, serverMs, deviceMs, ageMs: 0, status: device.status, failures: 0 };
    fc.modelRun(
      () => ({ model: { ...world, accepted: new Set<number>() }, real: { implementation, device } }),
      chain(beginning, commands),
    );
  });
}

function* chain(...lists: readonly Iterable<Command>[]): Generator<Command> {
  for (const list of lists) yield* list;
}

/** The library with a second look at each accepted device. */
function looking(look: (device: AssignedDevice, before: Device) => AssignedDevice): Implementation {
  const wrap =
    <Arguments extends [Device, ...unknown[]], Result extends { ok: boolean; device: Device }>(
      decide: (...args: Arguments) => Result,
    ) =>
    (...args: Arguments): Result => {
      const result = decide(...args);
      return result.ok ? { ...result, device: look(result.device as AssignedDevice, args[0]) } : result;
    };
  return { assign: wrap(assignDevice), verify: wrap(verifyCode), resynchronize: wrap(resynchronizeDevice) };
}

describe('a device, its clock, its owner and a guesser', () => {
  it('keeps every rule in any order of commands', () => {
    let accepted = 0;
    const counting = looking((device) => {
      accepted++;
      return device;
    });
    fc.assert(machine(counting), { numRuns: 300 });
    expect(accepted, 'the machine reaches accepted codes').toBeGreaterThan(300);
  });
});

describe('the machine catches an implementation', () => {
  const wrong: Record<string, Implementation> = {
    'whose floor refuses the last counter alone': {
      ...library,
      verify(device, ...rest) {
        if (device.status !== 'assigned') return verifyCode(device, ...rest);
        const result = verifyCode({ ...device, lastCounter: 0 }, ...rest);
        if (!result.ok) return { ok: false, reason: 'code-mismatch', device };
        const again = result.device.lastCounter === device.lastCounter;
        return again ? { ok: false, reason: 'code-reused', usableAtMs: 0, device } : result;
      },
    },
    'that does not raise the floor': looking((device, before) =>
      before.status === 'pending' ? device : { ...device, lastCounter: floorOf(before) },
    ),
    'that spends only the first of two codes': looking((device) => ({
      ...device,
      lastCounter: device.lastCounter - 1,
    })),
    'that does not learn the offset': looking(({ slackSteps: _, ...device }) => ({ ...device, offsets: [0] })),
    'that drops the slack': looking(({ slackSteps: _, ...device }) => device),
    'that learns from a wrong code': {
      ...library,
      verify(device, ...rest) {
        const result = verifyCode(device, ...rest);
        if (result.ok || result.device.status !== 'assigned') return result;
        return { ok: false, reason: 'code-mismatch', device: { ...result.device, lastUsedAtMs: START_MS } };
      },
    },
    'that takes one code for two': {
      ...library,
      resynchronize(device, secret, codes, options) {
        if (device.status !== 'assigned') return resynchronizeDevice(device, secret, codes, options);
        const counter = counterAt(options.nowMs, device.parameters);
        for (let steps = -100; steps <= 100; steps++) {
          if (counter + steps <= device.lastCounter) continue;
          if (codeAt(counter + steps, device.parameters, secret) !== codes[0]) continue;
          return { ok: true, device: { ...device, lastCounter: counter + steps, offsets: [steps], slackSteps: 4 } };
        }
        return { ok: false, reason: 'code-mismatch', device };
      },
    },
    'that forgets a field': looking(({ serialNumber: _, ...device }) => device as AssignedDevice),
  };

  it.each(Object.entries(wrong))('%s', (_, implementation) => {
    expect(fc.check(machine(implementation), { numRuns: 2000, endOnFailure: true }).failed).toBe(true);
  });
});
