import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator, EmulatorReply } from './contract.ts';
import { Refusal } from './refusal.ts';

export interface EmulatorServer {
  /** Base URL without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const CONTROL = '/__control/';
const BODY_BYTES_MAX = 16 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > BODY_BYTES_MAX) throw new Refusal(413, 'request body too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

function deliver(reply: EmulatorReply, response: ServerResponse): void {
  switch (reply.kind) {
    case 'response':
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'truncated':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.length });
      response.write(reply.body, () => response.socket?.destroy());
      return;
    default:
      reply satisfies never;
  }
}

/** A page in a browser must not steer the emulator; other programs send no Origin. */
function control(emulator: Emulator, request: IncomingMessage, body: string): unknown {
  if (request.headers.origin !== undefined) throw new Refusal(403, 'not for browsers');
  const name = (request.url ?? '').slice(CONTROL.length);
  const reading = name === 'log' || name === 'state';
  if (reading !== (request.method === 'GET')) throw new Refusal(405, 'method not allowed');
  if (name === 'log') return emulator.log;
  const call = emulator.controlCalls.get(name);
  if (call === undefined) throw new Refusal(404, `unknown control call ${name}`);
  try {
    return call(body === '' ? {} : JSON.parse(body)) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(400, error.message);
    throw error;
  }
}

async function serveOne(
  emulator: Emulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const path = request.url ?? '/';
  if (path.startsWith(CONTROL)) {
    const answer = JSON.stringify(control(emulator, request, body));
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    return;
  }
  const method = request.method ?? 'GET';
  deliver(await emulator.handle({ method, path, headers: headersOf(request), body }), response);
}

function fail(error: unknown, response: ServerResponse): void {
  const status = error instanceof Refusal ? error.status : 500;
  const text = error instanceof Error ? error.message : 'internal error';
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}

/** Serves an emulator on the loopback interface only; port 0 takes a free one. */
export async function serve(
  emulator: Emulator,
  options: { readonly port?: number; readonly host?: '127.0.0.1' } = {},
): Promise<EmulatorServer> {
  const server = createServer((request, response) => {
    serveOne(emulator, request, response).catch((error: unknown) => {
      fail(error, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}
