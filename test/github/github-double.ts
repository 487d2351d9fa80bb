import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Remark {
  readonly id: number;
  readonly number: number;
  body: string;
  title?: string;
  state: 'open' | 'closed';
  readonly user: { readonly login: string; readonly type: string };
  readonly pull_request?: object;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

const BOT = { login: 'github-actions[bot]', type: 'Bot' };

/** As much of GitHub's REST API as the workflows use, on loopback. */
export interface GithubDouble {
  readonly url: string;
  comments: Remark[];
  issues: Remark[];
  /** Answers of `/pulls` and `/commits/…/pulls`, and of the runs of a workflow. */
  pulls: unknown[];
  runs: unknown[];
  /** Whose token is used. */
  writer: Remark['user'];
  /** Every list is answered with an object. */
  broken: boolean;
  readonly calls: Call[];
  /** What is no GET. */
  writes(): readonly string[];
  remark(body: string, user?: Remark['user'], more?: object): Remark;
  reset(): void;
  close(): Promise<void>;
}

export async function startGithub(): Promise<GithubDouble> {
  let nextId = 1;
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const call = {
      method: request.method ?? '',
      path: url.pathname.replace('/repos/acme/data', ''),
      query: url.searchParams,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    double.calls.push(call);
    const isKnown = request.headers.authorization === 'Bearer the-token-of-the-run';
    const [status, body] = isKnown ? answer(call) : [401, { message: 'Bad credentials' }];
    const isBroken = double.broken && call.method === 'GET';
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(isBroken ? {} : body));
  };
  const answer = (call: Call): [number, unknown] => {
    const { method, path } = call;
    const id = Number(path.split('/').at(-1));
    if (/^\/issues\/\d+\/comments$/.test(path)) {
      if (method === 'GET') return page(double.comments, call);
      const made = double.remark(String(call.body['body']));
      double.comments.push(made);
      return [201, made];
    }
    if (path.startsWith('/issues/comments/')) {
      return change(double.comments, call, (item) => item.id === id);
    }
    if (path === '/issues') {
      const open = double.issues.filter((item) => item.state === 'open');
      if (method === 'GET') return page(open, call);
      const made = double.remark(String(call.body['body']), double.writer, {
        title: call.body['title'],
      });
      double.issues.push(made);
      return [201, made];
    }
    if (path.startsWith('/issues/'))
      return change(double.issues, call, (item) => item.number === id);
    if (path.endsWith('/pulls')) return page(double.pulls, call);
    if (path.startsWith('/actions/workflows/')) return [200, { workflow_runs: double.runs }];
    return [404, { message: 'Not Found' }];
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const double: GithubDouble = {
    url: `http://127.0.0.1:${port}`,
    comments: [],
    issues: [],
    pulls: [],
    runs: [],
    writer: BOT,
    broken: false,
    calls: [],
    writes: () =>
      double.calls
        .filter(({ method }) => method !== 'GET')
        .map((call) => `${call.method} ${call.path}`),
    remark(body, user = double.writer, more = {}) {
      const id = nextId++;
      return { id, number: id, body, state: 'open', user, ...more };
    },
    reset() {
      Object.assign(double, {
        comments: [],
        issues: [],
        pulls: [],
        runs: [],
        writer: BOT,
        broken: false,
      });
      double.calls.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return double;
}

function page(all: readonly unknown[], { query }: Call): [number, unknown] {
  const size = Number(query.get('per_page') ?? 30);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  return [200, all.slice(from, from + size)];
}

function change(all: Remark[], call: Call, found: (item: Remark) => boolean): [number, unknown] {
  const item = all.find(found);
  if (item === undefined) return [404, { message: 'Not Found' }];
  if (call.method === 'DELETE') return [204, void all.splice(all.indexOf(item), 1)];
  Object.assign(item, call.body);
  return [200, item];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return text;
}
