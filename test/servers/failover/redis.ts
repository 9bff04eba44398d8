import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { type RedisCommand, redisStore } from 'lockstep-mfa/stores/redis';
import { freePort, untilListens } from '../programs.js';
import { type ApplicationStore, type Deployment, Machines, until } from './deployment.js';
import { type LaggingProxy, laggingProxy } from './lagging-proxy.js';

export interface RedisSettings {
  /** How late replicas are. */
  readonly lagMs: number;
  /** Replicas that `WAIT` asks for; 0: none, and no `WAIT`. */
  readonly wait: number;
  /** After each write, and not after each read: a mistake. */
  readonly waitsForWritesAlone?: boolean;
  /** `min-replicas-to-write`, with a lag of two seconds at most. */
  readonly minReplicas: number;
}

type Waits = Pick<RedisSettings, 'wait' | 'waitsForWritesAlone'>;

const MASTER = 'mfa';
const WAIT_MS = 1000;

/**
 * Sends `WAIT` after each command, reads included: a write whose `WAIT` came to nothing has landed on the primary, and the
 * read that follows would find it there.
 */
function commandOf(client: Redis | Cluster, { wait, waitsForWritesAlone = false }: Waits): RedisCommand {
  const plainly: RedisCommand = ([name, ...rest]) => client.call(name, ...rest);
  if (wait === 0) return plainly;
  return async ([name, ...rest], key) => {
    if (waitsForWritesAlone && name !== 'EVAL') return plainly([name, ...rest], key);
    const replies = await client
      .pipeline()
      .call(name, ...rest)
      .call('WAIT', String(wait), String(WAIT_MS))
      .exec();
    const [[error, reply], [waitError, replicas]] = replies as [[Error | null, unknown], [Error | null, unknown]];
    if (error ?? waitError) throw error ?? waitError;
    if (Number(replicas) < wait) throw new Error('too few replicas have confirmed');
    return reply;
  };
}

function storeOver(client: Redis | Cluster, waits: Waits = { wait: 0 }): ApplicationStore {
  client.on('error', () => {});
  return { store: redisStore(commandOf(client, waits)), close: () => client.disconnect() };
}

/** Of every server: in memory, on this machine. What a crash of the machine leaves on its disk is another question. */
const plain = (port: number, folder: string): string[] =>
  Object.entries({ port, dir: folder, bind: '127.0.0.1', save: '', appendonly: 'no', 'repl-diskless-sync-delay': 0 })
    .flatMap(([name, value]) => [`--${name}`, String(value)])
    .concat('--repl-ping-replica-period', '1');

async function linked(port: number): Promise<boolean> {
  const client = new Redis(port, '127.0.0.1');
  client.on('error', () => {});
  try {
    return (await client.info('replication')).includes('master_link_status:up');
  } finally {
    client.disconnect();
  }
}

async function isMaster(port: number): Promise<boolean> {
  const client = new Redis(port, '127.0.0.1');
  client.on('error', () => {});
  try {
    return (await client.info('replication')).includes('role:master');
  } finally {
    client.disconnect();
  }
}

/** A master, two replicas, three sentinels. */
export async function redisSentinel({ lagMs, minReplicas, ...waits }: RedisSettings): Promise<Deployment> {
  const machines = new Machines();
  const port = await freePort();
  const more = ['--min-replicas-to-write', String(minReplicas), '--min-replicas-max-lag', '2'];
  const master = machines.start('redis-server', [...plain(port, machines.folderOf('master')), ...more]);
  await untilListens(port);
  const network = await laggingProxy(port, lagMs);

  const replicas: number[] = [];
  for (const name of ['replica-1', 'replica-2']) {
    const replica = await freePort();
    const after = ['--replicaof', '127.0.0.1', String(network.port)];
    // A replica that takes over must be able to write: the other one follows it at once.
    machines.start('redis-server', [...plain(replica, machines.folderOf(name)), ...after]);
    await untilListens(replica);
    await until('the replica follows', () => linked(replica));
    replicas.push(replica);
  }
  const sentinels: { host: string; port: number }[] = [];
  for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3']) {
    const sentinel = await freePort();
    const file = join(machines.folderOf(name), 'sentinel.conf');
    const lines = [
      `port ${sentinel}`,
      'bind 127.0.0.1',
      `sentinel monitor ${MASTER} 127.0.0.1 ${network.port} 2`,
      `sentinel down-after-milliseconds ${MASTER} 1000`,
      `sentinel failover-timeout ${MASTER} 10000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    machines.start('redis-sentinel', [file]);
    await untilListens(sentinel);
    sentinels.push({ host: '127.0.0.1', port: sentinel });
  }
  for (const { port: sentinel } of sentinels) {
    const client = new Redis(sentinel, '127.0.0.1');
    await until('the sentinels know each other and the replicas', async () => {
      const [state] = (await client.call('SENTINEL', 'MASTERS')) as string[][];
      const said = (name: string): string | undefined => state?.[state.indexOf(name) + 1];
      return said('num-slaves') === '2' && said('num-other-sentinels') === '2' && said('flags') === 'master';
    });
    client.disconnect();
  }

  return {
    open: async () => storeOver(new Redis({ sentinels, name: MASTER }), waits),
    async kill() {
      network.cut();
      await machines.kill(master);
    },
    partition: () => network.partition(),
    async promoted() {
      let next = 0;
      await until('a replica is promoted', async () => {
        for (const replica of replicas) if (await isMaster(replica)) next = replica;
        return next !== 0;
      });
      return storeOver(new Redis(next, '127.0.0.1'));
    },
    async stop() {
      network.close();
      await machines.stop();
    },
  };
}

const SLOTS = 16_384;
const MASTERS = 3;

/** Three masters, each with a replica. One user is one key, and so on one of them. */
export async function redisCluster({ lagMs, minReplicas, ...waits }: RedisSettings): Promise<Deployment> {
  const machines = new Machines();
  const more = ['--min-replicas-to-write', String(minReplicas), '--min-replicas-max-lag', '2'];
  const nodes: {
    readonly port: number;
    readonly busPort: number;
    readonly network: LaggingProxy | undefined;
    readonly server: ChildProcess;
    readonly client: Redis;
    readonly id: string;
  }[] = [];
  for (let i = 0; i < 2 * MASTERS; i++) {
    const [port, busPort] = [await freePort(), await freePort()];
    const isFirst = i < MASTERS;
    const network = isFirst ? await laggingProxy(port, lagMs) : undefined;
    const server = machines.start('redis-server', [
      ...plain(port, machines.folderOf(`node-${i}`)),
      ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '1500'],
      ...['--cluster-announce-ip', '127.0.0.1', '--cluster-announce-port', String(network?.port ?? port)],
      ...['--cluster-require-full-coverage', 'no'],
      ...(isFirst ? more : []),
    ]);
    await untilListens(port);
    const client = new Redis(port, '127.0.0.1');
    client.on('error', () => {});
    nodes.push({ port, busPort, network, server, client, id: String(await client.call('CLUSTER', 'MYID')) });
  }
  const [first] = nodes;
  for (const [i, { client }] of nodes.entries()) {
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    if (i >= MASTERS) continue;
    const [from, to] = [Math.ceil((i * SLOTS) / MASTERS), Math.ceil(((i + 1) * SLOTS) / MASTERS) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
  }
  // By their own ports; what they announce, the others hear then.
  for (const { port, busPort } of nodes.slice(1)) {
    await first!.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
  const knows = async (client: Redis, text: string): Promise<boolean> =>
    String(await client.call('CLUSTER', 'INFO')).includes(text);
  for (const { client } of nodes) {
    await until('the nodes know each other', () => knows(client, `cluster_known_nodes:${2 * MASTERS}`));
  }
  for (const [i, { client }] of nodes.slice(MASTERS).entries()) {
    await client.call('CLUSTER', 'REPLICATE', nodes[i]!.id);
  }
  for (const { port, client } of nodes) {
    await until('the cluster is up', () => knows(client, 'cluster_state:ok'));
    if (nodes.findIndex((node) => node.port === port) >= MASTERS) await until('it follows', () => linked(port));
  }
  const seeds = nodes.map(({ port, network }) => ({ host: '127.0.0.1', port: network?.port ?? port }));
  const connect = (): Cluster => new Cluster(seeds, { clusterRetryStrategy: () => 200 });

  return {
    open: async () => storeOver(connect(), waits),
    async kill() {
      first!.network?.cut();
      first!.client.disconnect();
      await machines.kill(first!.server);
    },
    partition: () => first!.network?.partition(),
    async promoted() {
      const heir = nodes[MASTERS]!;
      await until('the replica is promoted', () => isMaster(heir.port));
      await until('the cluster is up', () => knows(heir.client, 'cluster_state:ok'));
      return storeOver(connect());
    },
    async stop() {
      for (const { client, network } of nodes) {
        client.disconnect();
        network?.close();
      }
      await machines.stop();
    },
  };
}

/** A master, and a store that reads from its replica by mistake. */
export async function redisStaleReads(lagMs: number): Promise<{
  readonly right: ApplicationStore;
  readonly stale: ApplicationStore;
  stop(): Promise<void>;
}> {
  const machines = new Machines();
  const [port, replica] = [await freePort(), await freePort()];
  machines.start('redis-server', plain(port, machines.folderOf('master')));
  await untilListens(port);
  const network = await laggingProxy(port, lagMs);
  const after = ['--replicaof', '127.0.0.1', String(network.port)];
  machines.start('redis-server', [...plain(replica, machines.folderOf('replica')), ...after]);
  await untilListens(replica);
  await until('the replica follows', () => linked(replica));
  const right = storeOver(new Redis(port, '127.0.0.1'));
  const reader = storeOver(new Redis(replica, '127.0.0.1'));
  return {
    right,
    stale: {
      store: { get: reader.store.get, compareAndSet: right.store.compareAndSet },
      close: () => reader.close(),
    },
    async stop() {
      network.close();
      await machines.stop();
    },
  };
}
