import { parseEnrollmentHandle } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { outcome, USER, World } from '../service/world.js';
import { BAD_VALUES } from '../support/bad-input.js';

const PART = '0123456789abcdef0123456789abcdef';

describe('parseEnrollmentHandle', () => {
  it('reads what the service gave, which names the device', async () => {
    const world = new World();
    const { enrollment, serialNumber } = await world.begin();
    expect(enrollment.startsWith(`${serialNumber}.`)).toBe(true);
    const read = parseEnrollmentHandle(JSON.parse(JSON.stringify(enrollment)));
    expect(read).toBe(enrollment);
    expect(outcome(await world.mfa.showDevice(USER, { enrollment: read }))).toBe('ok');
  });

  it.each([`a.${PART}`, `${'a'.repeat(256)}.${PART}`, `a.b.${PART}`, `a\nb.${PART}`])('reads %j', (text) => {
    expect(parseEnrollmentHandle(text)).toBe(text);
  });

  it.each(Object.keys(BAD_VALUES))('reads %s as none', (what) => {
    expect(parseEnrollmentHandle(BAD_VALUES[what])).toBe(undefined);
  });

  it.each<[unknown]>([
    [''],
    ['.'],
    ['a'],
    ['a.'],
    [PART],
    [`.${PART}`],
    [`a.${PART.slice(1)}`],
    [`a.${PART}0`],
    [`a.${PART}\n`],
    [`a.${PART.toUpperCase()}`],
    [`a.${PART.replace('a', 'g')}`],
    [`${'a'.repeat(257)}.${PART}`],
    [[`a.${PART}`]],
    [{ toString: () => `a.${PART}` }],
    [new String(`a.${PART}`)],
  ])('reads %j as none', (value) => {
    expect(parseEnrollmentHandle(value)).toBe(undefined);
  });

  it('reads one of a device that is not there: the service answers unknown-device', async () => {
    const world = new World();
    await world.begin();
    const enrollment = parseEnrollmentHandle(`a.${PART}`);
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('unknown-device');
  });
});
