import { duration, table, times } from '../markdown.js';
import type { LoadRow } from './engine-load.js';
import type { ServiceRow } from './service-cost-process.js';

/** What LOAD.md is made of. */
export interface LoadResults {
  readonly runtime: string;
  readonly cpu: string;
  readonly date: string;
  /** Of the machine in the minute before: with other work on it no number here says much. */
  readonly loadBefore: number;
  /** By engine, its version and the settings that decide how fast it is. */
  readonly engines: Readonly<Record<string, string>>;
  readonly load: readonly LoadRow[];
  readonly service: readonly ServiceRow[];
}

const MOST_STORE_TO_BARE = 1.25;
const MOST_SERVICE_SHARE = 0.1;
/** A bare engine that wanders more than this between two rounds was disturbed, and its row proves nothing. */
const MOST_SPREAD = 1.5;

export function signInsPage(results: LoadResults): string {
  const { load, service } = results;
  return `# Results of \`npm run bench -- --load\`

Written by the benchmark; [how to run it](README.md).

- Machine: ${results.cpu}; clients and servers share it
- Runtime: ${results.runtime}
- Date: ${results.date.slice(0, 10)}
- Load average of the minute before: ${results.loadBefore.toFixed(1)}
${Object.entries(results.engines)
  .map(([engine, description]) => `- ${engine}: ${description}`)
  .join('\n')}

Users have one device and ten recovery codes. Each process has 100 with sealed secrets and 100 with plain ones, and
one request at a time.

## Sign-ins

${table(
  ['', 'processes', 'sealed, a second', 'p50', 'p99', 'plain, a second', 'p50', 'p99'],
  load.map(({ engine, processes, sealed, plain }) => [engine, String(processes), ...rate(sealed), ...rate(plain)]),
)}

## Beside the bare engine

A read and a compare-and-set, as the store sends them and with rows of the same size: by the client alone, without
JSON; how many times as long it takes through the store; and the compare-and-set alone. Medians within a round, in which all
have their turn, and then over the rounds. The spread is how many times as slow the bare engine's slowest round was as its
fastest: beyond ${MOST_SPREAD} other work on the machine disturbed the row, and it is not judged.

${table(
  ['', 'processes', 'bare, a second', 'p50', 'p99', 'store', 'its compare-and-set', 'spread'],
  load.flatMap(({ engine, processes, bare }) =>
    bare
      ? [
          [
            engine,
            String(processes),
            ...rate(bare),
            ratio(bare.storeToBare),
            ratio(bare.writeToBare),
            ratio(bare.spread),
          ],
        ]
      : [],
  ),
)}

## The service's own part of a sign-in

The time that a sign-in is not in the store, and its share.

${table(
  ['', 'processes', 'plain', '', 'sealed', ''],
  load.map(({ engine, processes, plain, sealed }) => [
    engine,
    String(processes),
    ...[plain, sealed].flatMap(({ ownMs, ownShare }) => [duration(ownMs * 1e6), percent(ownShare)]),
  ]),
)}

## The service beside \`verifyCode\`

In one process, by turns. The bare \`verifyCode\` has the device and its secret at hand, and writes nothing.

${table(
  ['', 'time', 'a second', 'beyond verifyCode', 'times verifyCode'],
  service.map(({ name, nsPerOp, overheadNs, ratio: of }) => [
    name,
    duration(nsPerOp),
    whole(1e9 / nsPerOp),
    overheadNs === 0 ? '' : `${whole(overheadNs)} ns`,
    times(of),
  ]),
)}

better-auth's \`verifyTOTP\` does another work: it finds session or challenge by a signed cookie, opens the secret
and checks the code; after a password it also writes the session, which \`signIn\` leaves to the application. It keeps no record
of codes that were used. It is called through \`auth.api\`, without HTTP, with its memory adapter, and the password's step is not timed.

## Goals

Judged with one process: with more, calls wait for each other on the machine's cores, and any share of ours looks small.

${goals(load).join('\n')}
`;
}

function goals(load: readonly LoadRow[]): string[] {
  const judged = load.flatMap(({ engine, processes, plain, sealed, bare }) =>
    processes === 1 && bare !== undefined ? [{ engine, plain, sealed, bare }] : [],
  );
  const stores = judged.map(({ engine, bare }) => {
    const verdict = bare.writeToBare <= MOST_STORE_TO_BARE ? 'met' : 'not met';
    return `${engine} ${ratio(bare.writeToBare)}, ${isDisturbed(bare) ? 'disturbed' : verdict}`;
  });
  const services = judged
    .filter(({ engine }) => engine === 'PostgreSQL')
    .flatMap(({ plain, sealed, bare }) =>
      Object.entries({ plain, sealed }).map(([kind, { ownMs, ownShare }]) => {
        const verdict = ownShare <= MOST_SERVICE_SHARE ? 'met' : 'not met';
        // What the engine does not take, we cannot be a small part of.
        const enoughMs = ownMs * (1 / MOST_SERVICE_SHARE - 1);
        return `secrets ${kind} ${percent(ownShare)}, ${isDisturbed(bare) ? 'disturbed' : verdict}: ${duration(ownMs * 1e6)} of our own, which is that little where a read and a write take ${duration(enoughMs * 1e6)} or more, and here they take ${duration(bare.p50Ms * 1e6)}`;
      }),
    );
  return [
    `- The store costs at most ${MOST_STORE_TO_BARE} times the engine's compare-and-set alone: ${stores.join('; ')}.`,
    `- Service code is under ${percent(MOST_SERVICE_SHARE)} of a sign-in on PostgreSQL: ${services.join('; ')}.`,
  ];
}

const isDisturbed = ({ spread }: NonNullable<LoadRow['bare']>): boolean => spread > MOST_SPREAD;

function rate({ perSecond, p50Ms, p99Ms }: LoadRow['plain'] | NonNullable<LoadRow['bare']>): string[] {
  return [whole(perSecond), duration(p50Ms * 1e6), duration(p99Ms * 1e6)];
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const ratio = (value: number): string => `${value.toFixed(2)}×`;
