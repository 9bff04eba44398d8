import { connect, createServer, type Socket } from 'node:net';

/** The network in front of a primary: its replicas and watchers are further away than its clients. */
export interface LaggingProxy {
  readonly port: number;
  /** The network dies with the machine: what is on its way is gone, and nobody reaches it any more. */
  cut(): void;
  /** Nothing passes between it and its replicas and watchers, and nobody hears of that; clients reach it. */
  partition(): void;
  /** Leads to another server from now on. */
  moveTo(port: number): void;
  close(): void;
}

/** Which first words say that a connection is a replica's, whose stream lags, or a watcher's. */
const REPLICA = /PSYNC|START_REPLICATION/;
const WATCHER = /sentinel/i;
/** Enough of what a client says first. */
const FIRST_BYTES = 4096;

/**
 * Passes connections on to a server. What it sends to replicas arrives `lagMs` later: on one machine a replica that is
 * sent nothing any more still finds in its socket what a killed primary had written, so that nothing would ever be lost.
 */
export async function laggingProxy(firstPort: number, lagMs: number): Promise<LaggingProxy> {
  interface Connection {
    readonly ends: readonly [Socket, Socket];
    kind: 'client' | 'replica' | 'watcher';
  }
  const connections = new Set<Connection>();
  let targetPort = firstPort;
  let state: 'up' | 'partitioned' | 'cut' = 'up';

  const drop = (connection: Connection): void => {
    connections.delete(connection);
    for (const end of connection.ends) end.destroy();
  };
  const server = createServer({ noDelay: true }, (near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { ends: [near, far], kind: 'client' };
    connections.add(connection);
    for (const end of connection.ends) end.on('error', () => {}).on('close', () => drop(connection));
    const isSilent = (): boolean => state === 'partitioned' && connection.kind !== 'client';
    let first = '';
    near.on('data', (data) => {
      if (first.length < FIRST_BYTES) {
        first += data.toString('latin1');
        if (REPLICA.test(first)) connection.kind = 'replica';
        else if (WATCHER.test(first)) connection.kind = 'watcher';
      }
      if (!isSilent()) far.write(data);
    });
    far.on('data', (data) => {
      const pass = (): void => {
        if (connections.has(connection) && !isSilent()) near.write(data);
      };
      if (connection.kind !== 'replica' || lagMs === 0) pass();
      else setTimeout(pass, lagMs);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as { readonly port: number }).port,
    cut() {
      state = 'cut';
      for (const connection of connections) drop(connection);
    },
    partition() {
      state = 'partitioned';
    },
    moveTo(port) {
      targetPort = port;
      state = 'up';
    },
    close() {
      server.close();
      for (const connection of connections) drop(connection);
    },
  };
}
