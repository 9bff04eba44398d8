import { ALICE, type Checks } from './probe.js';

/** What JSON can hold, and what databases and their drivers make something else of. */
const EVERY_VALUE = {
  texts: [
    '',
    ' ',
    '\'"`\\',
    'a\nb\r\n\tc',
    '\u0001\u007f',
    '\u2028\u2029\ufeff',
    'é e\u0301',
    '日本語',
    '📱👩‍💻',
    '$1 %s',
  ],
  textsLikeOthers: ['0', '01', '1e3', 'null', 'true', '{}', '[]', '2026-01-01T00:00:00.000Z'],
  numbers: [0, 1, -1, 0.5, 1_767_225_600_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  booleans: [true, false],
  nothing: null,
  empty: [[], {}, [[]], [{}]],
  nested: { a: { b: { c: [{ d: [1, [2, [3]]] }] } } },
};

/** What is in a row. */
export const records: Checks = {
  'a record comes back with every value as it was': async (probe) => {
    const row = await probe.created(ALICE, EVERY_VALUE);
    await probe.holds(ALICE, row, 'after creating the row');
  },

  'a record of 200 kB comes back whole': async (probe) => {
    const line = { type: 'signed-in', name: 'Téléphone 📱', atMs: 1_767_225_600_000 };
    const history = Array.from({ length: 3000 }, (_, seq) => ({ ...line, seq }));
    const row = await probe.created(ALICE, { history });
    await probe.holds(ALICE, row, 'after creating a row of 200 kB');
    const small = probe.row();
    await probe.stored(ALICE, row, small, 'replacing a row of 200 kB');
    await probe.holds(ALICE, small, 'after replacing a row of 200 kB by a small one');
  },

  "what was handed over, and what was read, is not the store's own": async (probe) => {
    const row = probe.row({ devices: [{ name: 'Phone' }] });
    const given = structuredClone(row);
    await probe.stored(ALICE, undefined, given, 'creating a row');
    vandalize(given.record);
    await probe.holds(ALICE, row, 'after the caller changed what was handed over');
    vandalize((await probe.get(ALICE))?.record);
    await probe.holds(ALICE, row, 'after the caller changed what was read');
  },
};

/** A store may freeze what it hands out. */
function vandalize(record: unknown): void {
  const { devices } = record as { readonly devices: readonly [object] };
  Reflect.set(devices[0], 'name', 'Changed');
}
