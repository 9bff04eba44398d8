/**
 * The source of the hash kernels of src/core/hmac, which `npm run generate` writes. A test compares what stands there.
 *
 * Why generated: a message schedule in sixteen local variables is twice as fast as one in an array, and needs its rounds
 * written out, sixteen at a time. SHA-1 is written out whole, because its function changes every 20 rounds while its
 * schedule turns every 16. Each round reads as FIPS 180-4 puts it; that it moves a state of five or eight variables on
 * by one costs nothing, because an optimizing compiler renames them.
 */

const HEAD = `// biome-ignore-all format: as generated.
// Written by test/core/hmac/kernel-source.ts: to be changed there.
`;

export function kernelSources(): Record<string, string> {
  return { 'sha1.ts': sha1(), 'sha256.ts': sha256(), 'sha512.ts': sha512() };
}

type Lines = readonly string[];

const SIXTEEN: readonly number[] = [...Array(16).keys()];

function indent(lines: Lines, by: number): Lines {
  return lines.map((line) => ' '.repeat(by) + line);
}

/** One function for a step of the hash and for HMAC, whose two compressions so share their code and local variables. */
function kernel(parts: {
  name: string;
  imports: Lines;
  doc: Lines;
  /** What is computed once. */
  constants: Lines;
  initial: string;
  /** Names of the words of the block, of the state and of anything else. */
  block: Lines;
  state: Lines;
  temporaries: Lines;
  rounds: Lines;
  /** Adds the state from before, word by word, and puts the sum into the first words of the block. */
  feedForward: (next: string) => Lines;
}): string {
  const { block, state } = parts;
  const size = state.length;
  return [
    HEAD,
    ...parts.imports,
    "import type { Kernel } from './kernel.js';",
    '',
    '/**',
    ...parts.doc.map((line) => ` * ${line}`),
    ' */',
    `export function ${parts.name}(): Kernel {`,
    ...indent(parts.constants, 2),
    '  return {',
    `    blockWords: ${block.length},`,
    `    initial: ${parts.initial},`,
    '    compress(block, states, digest) {',
    ...indent(
      [
        'let i = 0;',
        ...block.map((word) => `let ${word} = block[i++]! | 0;`),
        `let ${parts.temporaries.join(', ')};`,
        'for (let at = 0; ; ) {',
        ...state.map((word) => `  let ${word} = states[at++]! | 0;`),
        ...indent(parts.rounds, 2),
        `  at -= ${size};`,
        ...indent(parts.feedForward('states[at++]!'), 2),
        '  if (at === states.length) break;',
        `  ${block[size]} = 0x80000000 | 0;`,
        `  ${block.slice(size + 1, -1).join(' = ')} = 0;`,
        `  ${block.at(-1)} = ${(block.length + size) * 32};`,
        '}',
        'i = 0;',
        ...state.map((_, i) => `digest[i++] = ${block[i]};`),
      ],
      6,
    ),
    '    },',
    '  };',
    '}',
    '',
  ].join('\n');
}

const ch = (x: string, y: string, z: string): string => `(${z} ^ (${x} & (${y} ^ ${z})))`;
const parity = (x: string, y: string, z: string): string => `(${x} ^ ${y} ^ ${z})`;
const maj = (x: string, y: string, z: string): string => `((${x} & ${y}) | (${z} & (${x} | ${y})))`;
const rotr = (x: string, n: number): string => `((${x} >>> ${n}) | (${x} << ${32 - n}))`;
const rotl = (x: string, n: number): string => `((${x} << ${n}) | (${x} >>> ${32 - n}))`;

// ── SHA-1 ──

function sha1(): string {
  const state = [...'abcde'];
  const f = [ch, parity, maj, parity].map((each) => each('b', 'c', 'd'));
  const round = (i: number): string =>
    `t = (e + k${Math.floor(i / 20)} + w${i % 16} + ${f[Math.floor(i / 20)]} + ${rotl('a', 5)}) | 0; ` +
    `e = d; d = c; c = ${rotl('b', 30)}; b = a; a = t;`;
  const schedule = (i: number): string => {
    const [w, ...earlier] = [0, 2, 8, 13].map((back) => `w${(i + back) % 16}`);
    return `t = ${w} ^ ${earlier.join(' ^ ')}; ${w} = ${rotl('t', 1)};`;
  };
  return kernel({
    name: 'sha1',
    imports: [],
    doc: ['SHA-1, FIPS 180-4 §6.1.2.'],
    constants: [],
    initial: '[0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]',
    block: SIXTEEN.map((i) => `w${i}`),
    state,
    temporaries: ['k0 = 0x5a827999', 'k1 = 0x6ed9eba1', 'k2 = 0x8f1bbcdc | 0', 'k3 = 0xca62c1d6 | 0', 't = 0'],
    rounds: Array.from({ length: 80 }, (_, i) => (i < 16 ? round(i) : `${schedule(i)} ${round(i)}`)),
    feedForward: (next) => state.map((word, i) => `w${i} = (${next} + ${word}) | 0;`),
  });
}

// ── SHA-256 ──

function sha256(): string {
  const state = [...'abcdefgh'];
  const sums = (x: string, [r1, r2, r3]: readonly [number, number, number]): string =>
    `(${rotr(x, r1)} ^ ${rotr(x, r2)} ^ ${rotr(x, r3)})`;
  const round = (i: number): Lines => [
    `t = (h + (k[i++]! | 0) + w${i} + ${ch('e', 'f', 'g')} + ${sums('e', [6, 11, 25])}) | 0; h = g; g = f; f = e; e = (d + t) | 0;`,
    `t = (t + ${maj('a', 'b', 'c')} + ${sums('a', [2, 13, 22])}) | 0; d = c; c = b; b = a; a = t;`,
  ];
  const schedule = (i: number): Lines => {
    const [w, x, y, z] = [0, 1, 9, 14].map((back) => `w${(i + back) % 16}`);
    return [
      `s = ${x}; t = ${z};`,
      `${w} = (${w} + ${y} + (${rotr('s', 7)} ^ ${rotr('s', 18)} ^ (s >>> 3)) + (${rotr('t', 17)} ^ ${rotr('t', 19)} ^ (t >>> 10))) | 0;`,
    ];
  };
  return kernel({
    name: 'sha256',
    imports: ["import { rootFractions } from './constants.js';"],
    doc: ['SHA-256, FIPS 180-4 §6.2.2.'],
    constants: ['const k = rootFractions(3n, 64).high;'],
    initial: 'rootFractions(2n, 8).high',
    block: SIXTEEN.map((i) => `w${i}`),
    state,
    temporaries: ['s = 0', 't = 0'],
    rounds: sixteenAtATime(64, round, schedule),
    feedForward: (next) => state.map((word, i) => `w${i} = (${next} + ${word}) | 0;`),
  });
}

function sixteenAtATime(rounds: number, round: (i: number) => Lines, schedule: (i: number) => Lines): Lines {
  return [
    'for (i = 0; ; ) {',
    ...indent(SIXTEEN.flatMap(round), 2),
    `  if (i === ${rounds}) break;`,
    ...indent(SIXTEEN.flatMap(schedule), 2),
    '}',
  ];
}

// ── SHA-512 ──

/** A 64-bit word. */
type Halves = readonly [high: string, low: string];
const halves = (name: string): Halves => [`${name}h`, `${name}l`];

function sha512(): string {
  const rotr64 = ([h, l]: Halves, n: number): Halves => {
    const [near, far] = n < 32 ? [h, l] : [l, h];
    const by = n % 32;
    return [`((${near} >>> ${by}) | (${far} << ${32 - by}))`, `((${far} >>> ${by}) | (${near} << ${32 - by}))`];
  };
  const shr64 = ([h, l]: Halves, n: number): Halves => [`(${h} >>> ${n})`, `((${l} >>> ${n}) | (${h} << ${32 - n}))`];
  const xor = (terms: readonly Halves[]): Halves => [
    terms.map(([high]) => high).join(' ^ '),
    terms.map(([, low]) => low).join(' ^ '),
  ];
  const bitwise = (f: typeof ch, [x, y, z]: readonly [Halves, Halves, Halves]): Halves => [
    f(x[0], y[0], z[0]),
    f(x[1], y[1], z[1]),
  ];
  const assign = (to: Halves, value: Halves): Lines => [`${to[0]} = ${value[0]};`, `${to[1]} = ${value[1]};`];
  const move = (to: Halves, from: Halves): string => assign(to, from).join(' ');
  const add = (to: Halves, terms: readonly Halves[]): string =>
    `n = ${terms.map(([, low]) => `(${low} >>> 0)`).join(' + ')}; ` +
    `${to[0]} = (${terms.map(([high]) => high).join(' + ')} + ((n / 0x100000000) | 0)) | 0; ${to[1]} = n | 0;`;

  const state = [...'abcdefgh'].map(halves);
  const [a, b, c, d, e, f, g, h] = state as [Halves, Halves, Halves, Halves, Halves, Halves, Halves, Halves];
  const [k, s, t, u] = [...'kstu'].map(halves) as [Halves, Halves, Halves, Halves];

  const round = (i: number): Lines => [
    'kh = high[i]! | 0; kl = low[i++]! | 0;',
    ...assign(s, xor([rotr64(e, 14), rotr64(e, 18), rotr64(e, 41)])),
    move(u, bitwise(ch, [e, f, g])),
    add(t, [h, k, halves(`w${i}`), u, s]),
    [move(h, g), move(g, f), move(f, e)].join(' '),
    add(e, [d, t]),
    ...assign(s, xor([rotr64(a, 28), rotr64(a, 34), rotr64(a, 39)])),
    move(u, bitwise(maj, [a, b, c])),
    [move(d, c), move(c, b), move(b, a)].join(' '),
    add(a, [t, u, s]),
  ];
  const schedule = (i: number): Lines => {
    const [w, x, y, z] = [0, 1, 9, 14].map((back) => halves(`w${(i + back) % 16}`)) as [Halves, Halves, Halves, Halves];
    return [
      move(t, x),
      ...assign(s, xor([rotr64(t, 1), rotr64(t, 8), shr64(t, 7)])),
      move(t, z),
      ...assign(u, xor([rotr64(t, 19), rotr64(t, 61), shr64(t, 6)])),
      add(w, [w, y, s, u]),
    ];
  };
  return kernel({
    name: 'sha512',
    imports: ["import { rootFractions } from './constants.js';"],
    doc: [
      'SHA-512, FIPS 180-4 §6.4.2. Each 64-bit word is two halves, the high one first: `ah` and `al`. The low ones are added',
      'as numbers, which are exact to 53 bits, so that one division tells the carry of all.',
    ],
    constants: ['const { high, low } = rootFractions(3n, 80);', 'const initial = rootFractions(2n, 8);'],
    initial: 'initial.high.flatMap((word, i) => [word, initial.low[i]!])',
    block: SIXTEEN.flatMap((i) => halves(`w${i}`)),
    state: state.flat(),
    temporaries: ['n = 0', ...[k, s, t, u].flat().map((name) => `${name} = 0`)],
    rounds: sixteenAtATime(80, round, schedule),
    feedForward: (next) => state.map((word, i) => `${move(s, [next, next])} ${add(halves(`w${i}`), [s, word])}`),
  });
}
