import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { WebHandler } from './application.js';

/** How long a refused body may still trickle in, so that its sender can read the answer. */
const LINGER_MS = 1000;

export type Scheme = 'http' | 'https';

/**
 * A web-standard handler behind `node:http`; also as it is in Express: `app.use(nodeListener(handler))`.
 *
 * @param scheme - `https` where a proxy in front ends TLS and passes the host on: then cookies are Secure
 */
export function nodeListener(handler: WebHandler, scheme: Scheme = 'http'): RequestListener {
  return (incoming, outgoing) => {
    respond(handler, scheme, incoming, outgoing).catch((error: unknown) => {
      // The visitor left.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') console.error(error);
      outgoing.destroy();
    });
  };
}

async function respond(
  handler: WebHandler,
  scheme: Scheme,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = requestOf(incoming, scheme);
  if (request === undefined) {
    outgoing.writeHead(400).end();
    return;
  }
  const response = await handler(request);
  if (!incoming.complete) leaveUnread(incoming, outgoing);
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
}

/** undefined: no address that a browser would ask for. The body is not read here, but by whoever knows its limit. */
function requestOf(incoming: IncomingMessage, scheme: Scheme): Request | undefined {
  const { method = '', url = '', headers } = incoming;
  const address = `${scheme}://${headers.host}${url}`;
  if (method === 'TRACE' || !url.startsWith('/') || !URL.canParse(address)) return undefined;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const body = hasBody && method !== 'GET' && method !== 'HEAD' ? Readable.toWeb(incoming) : undefined;
  return new Request(address, {
    method,
    headers: Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  } as RequestInit);
}

function leaveUnread(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.setHeader('connection', 'close');
  incoming.on('error', () => {});
  incoming.resume();
  setTimeout(() => incoming.destroy(), LINGER_MS).unref();
}

export interface RunningServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param port - 0: any that is free */
export async function listen(handler: WebHandler, port: number, host = '127.0.0.1'): Promise<RunningServer> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, nodeListener(handler));
  server.listen(port, host);
  await once(server, 'listening');
  return { origin: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

const MOST_PORTS = 20;

/** On this port, or the next free one where it is taken. */
export async function listenFrom(
  handler: WebHandler,
  port: number,
  onTaken: (port: number) => void,
): Promise<RunningServer> {
  for (let candidate = port; ; candidate++) {
    try {
      return await listen(handler, candidate);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || candidate === Math.min(port + MOST_PORTS, 65_535)) throw error;
      onTaken(candidate);
    }
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
