import { shown } from './difference.js';
import type { Checks, Row, StoreProbe } from './probe.js';

/** What databases and languages take for the same, or for something else. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  'user ids that differ only in case': ['alice', 'Alice', 'ALICE', 'i', 'I', 'ı', 'İ', 'ß', 'ss', 'ẞ'],
  'user ids that differ only in white space': ['alice', 'alice ', ' alice', 'alice\t', 'alice\n', 'ali ce', '\n', ' '],
  'user ids that differ only in accents': ['e', 'é', 'e\u0301', 'ê', 'o', 'ö', 'ø'],
  'user ids that differ only in what cannot be seen': ['alice', 'ali\u200bce', 'ali\u00adce', 'alice\ufeff', 'аlice'],
  'user ids that Unicode has for compatible': ['fi', 'ﬁ', '\u00c5', '\u212b', '1', '１', '①', '١'],
  'user ids of emoji': ['😀', '😁', '👩', '👩‍💻', '👍', '👍🏽', '𝒜', '𠮷'],
  'user ids like numbers': ['1', '01', '1.0', '1e0', '+1', '0', '-0', '0x1', '9007199254740992', '9007199254740993'],
  'user ids like words of a language': ['null', 'undefined', 'true', 'NaN', '__proto__', 'constructor', 'toString'],
  'user ids like marks of a language': [...'\'"`\\%_*?#', "''", '[a]', '{a}', '$1', ':a', "'; DROP TABLE users; --"],
  'user ids like paths': ['.', '..', '/', 'a', 'a/', '/a', 'a/b', 'a:b', 'a.b', 'a%2Fb', 'a+b', 'a%20b', 'a b'],
  'user ids that differ in the last of 200 characters': ['a', 'b', 'c'].map((last) => 'a'.repeat(199) + last),
};

/** Ids that a store may refuse, and may not cut. */
const HARD: Readonly<Record<string, readonly string[]>> = {
  'behind a NUL': ['a', 'a\0', 'a\0b'],
  'in the last of 10,000 characters': [`${'a'.repeat(9_999)}b`, `${'a'.repeat(9_999)}c`],
};

/** Whose row is whose. */
export const users: Checks = {
  ...Object.fromEntries(
    Object.entries(ALIKE).map(([what, userIds]) => [`${what} are different users`, (probe) => apart(probe, userIds)]),
  ),

  'user ids that the store cannot hold are refused, and never cut': async (probe) => {
    for (const [how, userIds] of Object.entries(HARD)) {
      const held: [string, Row][] = [];
      for (const userId of userIds) {
        const row = probe.row();
        const written = await probe.write(userId, undefined, row).catch(() => 'refused');
        if (written === 'conflict') throw new Error(`two user ids that differ ${how} are one user`);
        if (written === 'stored') held.push([userId, row]);
      }
      for (const [userId, row] of held) await probe.holds(userId, row, `beside user ids that differ ${how}`);
    }
  },
};

async function apart(probe: StoreProbe, userIds: readonly string[]): Promise<void> {
  const rows = new Map<string, Row>();
  for (const userId of userIds) {
    await probe.holds(userId, undefined, `where only ${shown([...rows.keys()])} were created`);
    rows.set(userId, await probe.created(userId));
  }
  for (const [userId, row] of rows) await probe.holds(userId, row, `where ${shown(userIds)} were created`);
  for (const [userId, row] of rows) {
    await probe.stored(userId, row, undefined, `removing the row of ${shown(userId)}`);
    rows.delete(userId);
    await probe.holds(userId, undefined, 'after its row was removed');
  }
}
