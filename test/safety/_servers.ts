import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Issued } from './_certificates.ts';

/** Servers on loopback that end with the test. */
export interface Servers {
  /** Its URL. */
  http(listener: RequestListener): Promise<string>;
  /** Its port. */
  https(issued: Issued, listener: RequestListener): Promise<number>;
  proxy(answer: ProxyAnswer): Promise<TestProxy>;
  close(): void;
}

/** What the proxy does when it is asked to connect. */
export type ProxyAnswer =
  | { readonly type: 'connect'; readonly port: number }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'silence' };

export interface TestProxy {
  readonly port: number;
  /** `CONNECT host:port` of each tunnel. */
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
  /** Every byte that passed through it, as text. */
  seen(): string;
}

export function createServers(): Servers {
  const open: Server[] = [];
  const sockets = new Set<Socket>();
  const listen = async (server: Server): Promise<number> => {
    open.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  return {
    http: async (listener) => `http://127.0.0.1:${await listen(createServer(listener))}`,
    https: (issued, listener) =>
      listen(createTlsServer({ cert: issued.certificate, key: issued.key }, listener)),
    async proxy(answer) {
      const asked: string[] = [];
      const authorizations: (string | undefined)[] = [];
      const bytes: Buffer[] = [];
      const server = createServer((incoming, outgoing) => {
        asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
        outgoing.writeHead(500).end();
      });
      server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
        asked.push(`CONNECT ${incoming.url ?? ''}`);
        authorizations.push(incoming.headers['proxy-authorization']);
        bytes.push(Buffer.from(JSON.stringify(incoming.rawHeaders)));
        if (answer.type === 'silence') return;
        if (answer.type === 'status') {
          socket.end(`HTTP/1.1 ${answer.status} No\r\ncontent-length: 0\r\n\r\n`);
          return;
        }
        const target = connect(answer.port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          target.pipe(socket);
          socket.pipe(target);
        });
        sockets.add(target);
        target.on('error', () => socket.destroy());
        socket.on('data', (chunk: Buffer) => void bytes.push(chunk));
      });
      const port = await listen(server);
      return { port, asked, authorizations, seen: () => Buffer.concat(bytes).toString('latin1') };
    },
    close() {
      for (const socket of sockets) socket.destroy();
      for (const server of open) server.close();
    },
  };
}

/** Passes requests on to another server. */
export function forwardTo(url: string): RequestListener {
  return (incoming, outgoing) => {
    const { method, headers } = incoming;
    const passed = httpRequest(`${url}${incoming.url ?? ''}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  };
}
