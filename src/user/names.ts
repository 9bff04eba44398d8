import { LONGEST_TYPED } from '../core/typed-code.js';
import type { UserDevice, UserRecord } from './record.js';

const LONGEST = 64;
/**
 * Controls, half surrogates, what is invisible, and what shows nothing though it counts as a letter or a symbol (Hangul's
 * fillers, the empty braille pattern). Joiners and tags may stay: Persian, Indic and emoji names need them.
 */
const UNPRINTABLE =
  /\p{Cc}|\p{Cs}|\p{Co}|\p{Cn}|[\u115f\u1160\u2800\u3164\uffa0]|(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}/u;

const VISIBLE = /[^\s\p{C}\p{M}]/u;

/**
 * Reads the name of a device as a person typed it, trimmed and composed; undefined unless 1 to 64 printable characters.
 */
export function parseName(typed: unknown): string | undefined {
  if (typeof typed !== 'string' || typed.length > LONGEST_TYPED) return undefined;
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

/** Names that look alike are one: case, width and what is invisible make no difference. */
function sameName(a: string, b: string): boolean {
  return lookOf(a) === lookOf(b);
}

function lookOf(name: string): string {
  // First what is invisible: between a letter and its accent it would keep them from being composed.
  return name
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase();
}
