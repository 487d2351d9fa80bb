/** What a route matched: its handler and the decoded values of its `:name` segments, in order. */
export interface RouteMatch<Handler> {
  readonly handler: Handler;
  readonly params: readonly string[];
}

interface Node<Handler> {
  readonly children: Map<string, Node<Handler>>;
  wildcard: Node<Handler> | undefined;
  readonly methods: Map<string, Handler>;
}

export interface Router<Handler> {
  /** Pattern like `/v1/teams/:id`. */
  add(method: string, pattern: string, handler: Handler): void;
  /** The route, or why there is none. Named segments win over `:name` ones. */
  find(method: string, path: string): RouteMatch<Handler> | 'unknown-path' | 'unknown-method';
}

function createNode<Handler>(): Node<Handler> {
  return { children: new Map(), wildcard: undefined, methods: new Map() };
}

function decode(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment;
  } catch {
    return segment;
  }
}

/** A trie over path segments: the cost of a look-up does not grow with the number of routes. */
export function createRouter<Handler>(): Router<Handler> {
  const root = createNode<Handler>();
  return {
    add(method, pattern, handler) {
      let node = root;
      for (const segment of pattern.slice(1).split('/')) {
        const known = segment.startsWith(':') ? node.wildcard : node.children.get(segment);
        const next = known ?? createNode<Handler>();
        if (segment.startsWith(':')) node.wildcard = next;
        else node.children.set(segment, next);
        node = next;
      }
      node.methods.set(method, handler);
    },
    find(method, path) {
      let node = root;
      const params: string[] = [];
      for (const segment of path.slice(1).split('/')) {
        const named = node.children.get(segment);
        const next = named ?? node.wildcard;
        if (next === undefined || segment === '') return 'unknown-path';
        if (named === undefined) params.push(decode(segment));
        node = next;
      }
      const handler = node.methods.get(method);
      if (handler !== undefined) return { handler, params };
      return node.methods.size === 0 ? 'unknown-path' : 'unknown-method';
    },
  };
}
