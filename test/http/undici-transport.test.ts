import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Method } from '../../src/http/contract.ts';
import { classifyConnection } from '../../src/http/failure.ts';
import { createUndiciTransport } from '../../src/http/undici-transport.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function answerWith(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const body = await bodyOf(incoming);
  answer.writeHead(201, { 'X-Two': ['a', 'b'], 'content-type': 'application/json' });
  answer.end(JSON.stringify({ method: incoming.method, url: incoming.url, body }));
}

function request(url: string, method: Method = 'GET', body?: string) {
  return {
    method,
    url,
    headers: { accept: 'application/json' },
    body,
    signal: new AbortController().signal,
  };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('undici transport', () => {
  it('sends a request and gives status, headers and body', async () => {
    const url = await serve((incoming, answer) => void answerWith(incoming, answer));
    const { transport, close } = createUndiciTransport();
    const answer = await transport(request(`${url}/v1/ä?q=1`, 'POST', '{"a":"ü"}'));
    expect(answer.status).toBe(201);
    expect(answer.headers['x-two']).toBe('a, b');
    expect(JSON.parse(answer.body)).toEqual({
      method: 'POST',
      url: '/v1/%C3%A4?q=1',
      body: '{"a":"ü"}',
    });
    await close();
  });

  it('keeps connections', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((incoming, answer) => {
      ports.add(incoming.socket.remotePort);
      answer.end('{}');
    });
    const { transport, close } = createUndiciTransport();
    for (let count = 0; count < 20; count += 1) await transport(request(url));
    expect(ports.size).toBeLessThanOrEqual(2);
    await close();
  });

  it('does not follow redirects', async () => {
    let requests = 0;
    const url = await serve((_, answer) => {
      requests += 1;
      answer.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { transport, close } = createUndiciTransport();
    expect((await transport(request(url))).status).toBe(302);
    expect(requests).toBe(1);
    await close();
  });

  it('stops reading a body that is too large', async () => {
    const url = await serve((_, answer) => void answer.end('x'.repeat(5_000)));
    const { transport, close } = createUndiciTransport({ bodyBytesMax: 4_999 });
    await expect(transport(request(url))).rejects.toMatchObject({ code: 'api-response-too-large' });
    await close();
  });

  it('rejects a body that breaks off, and a connection that is reset', async () => {
    const url = await serve((incoming, answer) => {
      if (incoming.url === '/reset') incoming.socket.destroy();
      else {
        answer.writeHead(200, { 'content-length': '100' });
        answer.write('{"a":');
        setImmediate(() => incoming.socket.destroy());
      }
    });
    const { transport, close } = createUndiciTransport();
    for (const path of ['/reset', '/short']) {
      const error: unknown = await transport(request(`${url}${path}`)).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(Error);
      expect(classifyConnection(error)).toBe('unknown');
    }
    await close();
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'EPROTO'])(
    'does not take a request whose connection ends with %s for one that was never sent',
    async (code) => {
      let socket: Socket | undefined;
      const note = (message: unknown): void => {
        ({ socket } = message as { socket: Socket });
      };
      subscribe('undici:client:connected', note);
      const url = await serve(() => {
        socket?.destroy(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }));
      });
      const { transport, close } = createUndiciTransport();
      const error: unknown = await transport(request(url, 'POST', '{}')).catch((e: unknown) => e);
      unsubscribe('undici:client:connected', note);
      expect(error).toMatchObject({ message: `read ${code}` });
      expect(classifyConnection(error)).toBe('unknown');
      await close();
    },
  );

  it('tells a connection that was never made', async () => {
    const url = await serve(() => undefined);
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    const { transport, close } = createUndiciTransport();
    const error: unknown = await transport(request(url)).catch((e: unknown) => e);
    expect(classifyConnection(error)).toBe('not-sent');
    await close();
  });

  it('ends at the signal', async () => {
    const url = await serve(() => undefined);
    const { transport, close } = createUndiciTransport();
    const controller = new AbortController();
    const running = transport({ ...request(url), signal: controller.signal });
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(running).rejects.toThrow('enough');
    await close();
  });

  it('refuses plain HTTP to another machine', async () => {
    const { transport } = createUndiciTransport();
    await expect(transport(request('http://192.0.2.1/'))).rejects.toMatchObject({
      code: 'settings-invalid',
    });
  });
});
