import type { UserDevice, UserRecord } from './record.js';

const LONGEST = 64;
/** Controls, half surrogates, and what is invisible; the joiners inside emoji and of some scripts may stay. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]|(?![\u200c\u200d])\p{Cf}/u;

/** Something to see; Hangul's fillers count as letters, and are blank. */
const VISIBLE = /[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/**
 * Reads the name of a device as a person typed it, trimmed and composed; undefined unless 1 to 64 printable characters.
 */
export function parseName(typed: unknown): string | undefined {
  if (typeof typed !== 'string' || typed.length > LONGEST * 16) return undefined;
  const name = typed.normalize('NFC').trim().replace(/\s+/gu, ' ');
  if (!VISIBLE.test(name) || [...name].length > LONGEST || UNPRINTABLE.test(name)) return undefined;
  return name;
}

/** Whether a device that counts has that name, in whatever case. A pending one does not: it may have been given up. */
export function isTaken(name: string, { devices }: UserRecord, except?: UserDevice): boolean {
  return devices.some((entry) => {
    return entry !== except && entry.device.status !== 'pending' && sameName(entry.name, name);
  });
}

/** Makes a name free: `Phone` becomes `Phone 2` where another set-up of that name was assigned first. */
export function uniqueName(name: string, record: UserRecord): string {
  let unique = name;
  for (let n = 2; isTaken(unique, record); n++) unique = `${[...name].slice(0, LONGEST - 4).join('')} ${n}`;
  return unique;
}

/** Names that look alike are one: case, width and invisible joiners make no difference. */
function sameName(a: string, b: string): boolean {
  return lookOf(a) === lookOf(b);
}

function lookOf(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase();
}
