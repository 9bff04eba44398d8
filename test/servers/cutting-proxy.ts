import { connect, createServer, type Socket } from 'node:net';

/** Where a connection is cut: with a request that the server never sees, or with an answer that nobody hears. */
export type Cut = 'request' | 'answer';

/** A network between client and server that can fail. */
export interface CuttingProxy {
  /** The server's, through the proxy. */
  readonly url: string;
  /** How often it cut in each place. */
  readonly cuts: Readonly<Record<Cut, number>>;
  /** Cuts the next answer to a write. */
  cutAnswerToWrite(): void;
  /** Cuts one answer in so many from now on, whatever was asked; 0: none any more. */
  cutOneAnswerIn(count: number): void;
  /** Cuts each connection that is open, in the middle of what it sends next this way. */
  cutAll(where: Cut): void;
  close(): void;
}

/** What PostgreSQL and MariaDB answer to the update, and what Redis is asked, for its answer does not tell. */
const WRITE_ANSWERS = ['UPDATE 1', 'Rows matched: 1'];
const WRITE_REQUEST = 'EVAL';

export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const cuts = { request: 0, answer: 0 };
  /** Of each open connection its two ends, and where it is to be cut. */
  const connections = new Set<{ readonly ends: readonly Socket[]; doomed?: Cut }>();
  let armed = false;
  let oneIn = 0;
  let answers = 0;

  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const connection: { readonly ends: readonly Socket[]; doomed?: Cut } = { ends: [near, far] };
    connections.add(connection);
    const end = (): void => {
      connections.delete(connection);
      near.destroy();
      far.destroy();
    };
    for (const socket of connection.ends) socket.on('error', () => {}).on('close', end);
    /** The other end gets the first half of the bytes, and then nothing any more. */
    const cut = (where: Cut, into: Socket, data: Buffer): void => {
      if (!connections.delete(connection)) return;
      cuts[where]++;
      into.write(data.subarray(0, data.length >> 1), end);
    };

    let asksForWrite = false;
    near.on('data', (data) => {
      asksForWrite ||= data.includes(WRITE_REQUEST);
      if (connection.doomed === 'request') cut('request', far, data);
      else far.write(data);
    });
    far.on('data', (data) => {
      if (armed && (asksForWrite || WRITE_ANSWERS.some((answer) => data.includes(answer)))) {
        armed = false;
        connection.doomed = 'answer';
      }
      if (oneIn > 0 && ++answers % oneIn === 0) connection.doomed = 'answer';
      if (connection.doomed === 'answer') cut('answer', near, data);
      else near.write(data);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as { readonly port: number }).port);
  return {
    url: through.href,
    cuts,
    cutAnswerToWrite: () => {
      armed = true;
    },
    cutOneAnswerIn: (count) => {
      oneIn = count;
    },
    cutAll: (where) => {
      for (const connection of connections) connection.doomed = where;
    },
    close: () => {
      server.close();
      for (const socket of [...connections].flatMap(({ ends }) => ends)) socket.destroy();
    },
  };
}
