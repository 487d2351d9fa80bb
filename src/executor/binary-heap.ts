/** A queue that gives its first item by `before`; push and pop cost O(log n). */
export interface BinaryHeap<T> {
  readonly size: number;
  push(item: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

/** `before(a, b)` says whether `a` comes out earlier; it must be a strict total order. */
export function createBinaryHeap<T>(before: (a: T, b: T) => boolean): BinaryHeap<T> {
  const items: T[] = [];
  return {
    get size() {
      return items.length;
    },
    push(item) {
      items.push(item);
      rise(items, item, before);
    },
    peek: () => items[0],
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(items, last, before);
      return first;
    },
  };
}

/** Moves the last slot up until `item` fits there. */
function rise<T>(items: T[], item: T, before: (a: T, b: T) => boolean): void {
  let at = items.length - 1;
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = items[parentAt];
    if (parent === undefined || !before(item, parent)) break;
    items[at] = parent;
    at = parentAt;
  }
  items[at] = item;
}

/** Moves the first slot down until `item` fits there. */
function sink<T>(items: T[], item: T, before: (a: T, b: T) => boolean): void {
  let at = 0;
  for (;;) {
    const leftAt = 2 * at + 1;
    const left = items[leftAt];
    if (left === undefined) break;
    const right = items[leftAt + 1];
    const goRight = right !== undefined && before(right, left);
    const child = goRight ? right : left;
    if (!before(child, item)) break;
    items[at] = child;
    at = goRight ? leftAt + 1 : leftAt;
  }
  items[at] = item;
}
