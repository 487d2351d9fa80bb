import { describe, expect, it } from 'vitest';
import { executionGraph } from '../../src/planner/graph.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import { change } from '../_helpers/plan-builder.ts';
import { address, entry } from '../_helpers/planner-builder.ts';

type Parts = Partial<Omit<ResourceChange, 'address' | 'dependsOn'>> & {
  readonly needs?: readonly string[];
  readonly needed?: readonly string[];
};

function node(short: string, action: ResourceChange['action'], parts: Parts = {}): ResourceChange {
  const { needs = [], needed, ...rest } = parts;
  const isGoing = action === 'delete' || action === 'forget';
  return change({
    ...rest,
    address: address(short),
    action,
    dependsOn: needs.map((item) => address(item)),
    ...(needed === undefined ? {} : { previousDependsOn: needed.map((item) => address(item)) }),
    ...(isGoing ? {} : { desired: entry(short) }),
  });
}

/** `after` of every node, short; throws when the nodes wait for each other in a circle. */
function edges(changes: readonly ResourceChange[]): Readonly<Record<string, readonly string[]>> {
  const nodes = executionGraph(changes);
  const done = new Set<string>();
  for (let grown = true; grown;) {
    grown = false;
    for (const item of nodes) {
      if (done.has(item.id) || !item.after.every((id) => done.has(id))) continue;
      done.add(item.id);
      grown = true;
    }
  }
  const stuck = nodes.filter((item) => !done.has(item.id)).map((item) => item.id);
  if (stuck.length > 0) throw new Error(`a circle: ${stuck.join(', ')}`);
  return Object.fromEntries(
    nodes.map((item) => [
      item.id.replace('fake.', ''),
      item.after.map((id) => id.replace('fake.', '')).toSorted(),
    ]),
  );
}

describe('the execution graph', () => {
  it('creates what is referred to first and leaves no-ops out', () => {
    const changes = [
      node('boxes.a', 'create'),
      node('things.b', 'create', { needs: ['boxes.a', 'boxes.still'] }),
      node('boxes.still', 'no-op'),
    ];
    expect(edges(changes)).toEqual({ 'boxes.a': [], 'things.b': ['boxes.a'] });
  });

  it('deletes what refers to something before it', () => {
    const changes = [node('boxes.a', 'delete'), node('things.b', 'delete', { needs: ['boxes.a'] })];
    expect(edges(changes)).toEqual({
      'boxes.a (delete)': ['things.b (delete)'],
      'things.b (delete)': [],
    });
  });

  it('makes a parent and its part again: parts go first and come last', () => {
    const changes = [
      node('boxes.a', 'replace', { needed: [] }),
      node('things.b', 'replace', { needs: ['boxes.a'], needed: ['boxes.a'] }),
    ];
    expect(edges(changes)).toEqual({
      'boxes.a (delete)': ['things.b (delete)'],
      'boxes.a': ['boxes.a (delete)'],
      'things.b (delete)': [],
      'things.b': ['boxes.a', 'things.b (delete)'],
    });
  });

  it('lets go of an object before it is deleted', () => {
    const changes = [
      node('boxes.old', 'delete'),
      node('labels.l', 'update', { needed: ['boxes.old'] }),
    ];
    expect(edges(changes)['boxes.old (delete)']).toEqual(['labels.l']);
  });

  it.each(['create', 'replace', 'update'] as const)(
    'frees a natural key by a delete before a %s takes it',
    (action) => {
      const changes = [
        node('boxes.old', 'delete', { naturalKey: 'same' }),
        node('boxes.new', action, { naturalKey: 'same' }),
      ];
      expect(edges(changes)['boxes.new']).toContain('boxes.old (delete)');
    },
  );

  it('frees a natural key even when that which refers to it must let go later', () => {
    const changes = [
      node('boxes.old', 'delete', { naturalKey: 'same' }),
      node('boxes.new', 'create', { naturalKey: 'same' }),
      node('labels.l', 'update', { needs: ['boxes.new'], needed: ['boxes.old'] }),
    ];
    expect(edges(changes)['boxes.new']).toEqual(['boxes.old (delete)']);
  });

  it('has no circle when a renamed entry had parts that others referred to', () => {
    const changes = [
      node('boxes.old', 'delete', { naturalKey: 'same' }),
      node('things.old', 'delete', { needs: ['boxes.old'] }),
      node('boxes.new', 'create', { naturalKey: 'same' }),
      node('labels.l', 'update', { needs: ['boxes.new'], needed: ['things.old'] }),
    ];
    expect(edges(changes)['labels.l']).toEqual(['boxes.new']);
  });

  it('has no circle when something moves from a deleted part to its replaced parent', () => {
    const changes = [
      node('boxes.a', 'replace', { needed: [] }),
      node('things.old', 'delete', { needs: ['boxes.a'] }),
      node('labels.l', 'update', { needs: ['boxes.a'], needed: ['things.old'] }),
    ];
    expect(edges(changes)['labels.l']).toEqual(['boxes.a']);
  });

  it('takes replaced objects apart as they are now, not as they will be', () => {
    const changes = [
      node('labels.a', 'replace', { needed: ['labels.b'] }),
      node('labels.b', 'replace', { needs: ['labels.a'], needed: [] }),
    ];
    const made = edges(changes);
    expect(made['labels.b (delete)']).toEqual(['labels.a (delete)']);
    expect(made['labels.a (delete)']).toEqual([]);
  });

  it('has no circle when the state of an interrupted apply refers both ways', () => {
    const changes = [
      node('labels.a', 'delete', { needs: ['labels.b'] }),
      node('labels.b', 'delete', { needs: ['labels.a'] }),
    ];
    expect(Object.keys(edges(changes))).toHaveLength(2);
  });

  it('keeps the order of what only leads to such a circle, or out of it', () => {
    const changes = [
      node('labels.a', 'delete', { needs: ['labels.a', 'labels.b', 'boxes.in'] }),
      node('labels.b', 'delete', { needs: ['labels.a'] }),
      node('things.z', 'delete', { needs: ['labels.a'] }),
      node('labels.u', 'update', { needed: ['labels.a', 'labels.b'] }),
      node('boxes.in', 'delete'),
    ];
    expect(edges(changes)).toEqual({
      'labels.a (delete)': ['labels.u', 'things.z (delete)'],
      'labels.b (delete)': ['labels.a (delete)', 'labels.u'],
      'things.z (delete)': [],
      'labels.u': [],
      'boxes.in (delete)': ['labels.a (delete)'],
    });
  });

  it('lets go in order beside what closes a circle, before it and after it', () => {
    const changes = [
      node('boxes.a', 'update', { naturalKey: 'b', freedKey: 'a', needed: ['things.old'] }),
      node('boxes.b', 'update', { naturalKey: 'a', freedKey: 'b' }),
      node('things.old', 'delete'),
      node('labels.l', 'update', { needed: ['boxes.old'] }),
      node('boxes.old', 'delete'),
    ];
    expect(edges(changes)).toEqual({
      'boxes.a': [],
      'boxes.b': [],
      'things.old (delete)': ['boxes.a'],
      'labels.l': [],
      'boxes.old (delete)': ['labels.l'],
    });
  });

  it('updates what refers to a replaced object once it is there again', () => {
    const changes = [
      node('boxes.a', 'replace', { needed: [] }),
      node('labels.l', 'update', { needs: ['boxes.a'], needed: ['boxes.a'] }),
    ];
    expect(edges(changes)).toEqual({
      'boxes.a (delete)': [],
      'boxes.a': ['boxes.a (delete)'],
      'labels.l': ['boxes.a'],
    });
  });

  it('deletes what a replaced object needed once that is deleted, not once it is there again', () => {
    const changes = [
      node('boxes.old', 'delete'),
      node('labels.l', 'replace', { needed: ['boxes.old'] }),
    ];
    expect(edges(changes)['boxes.old (delete)']).toEqual(['labels.l (delete)']);
  });

  it('deletes what something follows from before that is brought up to date', () => {
    const changes = [
      node('things.s', 'delete'),
      node('labels.d', 'update', {
        needed: ['things.s', 'boxes.old'],
        freedFrom: [address('things.s')],
      }),
      node('boxes.old', 'delete'),
    ];
    expect(edges(changes)).toEqual({
      'things.s (delete)': [],
      'labels.d': ['things.s (delete)'],
      'boxes.old (delete)': ['labels.d'],
    });
  });

  it('forgets without waiting for what the state says the object needed', () => {
    const changes = [node('boxes.a', 'update'), node('things.t', 'forget', { needs: ['boxes.a'] })];
    expect(edges(changes)).toEqual({ 'boxes.a': [], 'things.t': [] });
  });

  it('gives a natural key away only when who had it is replaced', () => {
    const changes = [
      node('boxes.old', 'replace', { naturalKey: 'new name', freedKey: 'name' }),
      node('boxes.taker', 'create', { naturalKey: 'name' }),
      node('boxes.third', 'replace', { naturalKey: 'third', freedKey: 'third once' }),
    ];
    expect(edges(changes)).toMatchObject({
      'boxes.old': ['boxes.old (delete)'],
      'boxes.taker': ['boxes.old (delete)'],
      'boxes.third': ['boxes.third (delete)'],
    });
  });

  it('gives a name away when who had it is renamed; two that swap names are not ordered', () => {
    const renamed = node('boxes.a', 'update', { naturalKey: 'b', freedKey: 'a' });
    expect(edges([renamed, node('boxes.b', 'create', { naturalKey: 'a' })])).toEqual({
      'boxes.a': [],
      'boxes.b': ['boxes.a'],
    });
    const other = node('boxes.b', 'update', { naturalKey: 'a', freedKey: 'b' });
    expect(edges([renamed, other])).toEqual({ 'boxes.a': [], 'boxes.b': [] });
    const needing = { ...other, dependsOn: [address('boxes.a')] };
    expect(edges([renamed, needing])).toEqual({ 'boxes.a': [], 'boxes.b': ['boxes.a'] });
  });

  it('weighs a node by the longest chain that waits for it', () => {
    const changes = [
      node('boxes.a', 'create'),
      node('things.b', 'create', { needs: ['boxes.a'] }),
      node('labels.c', 'create', { needs: ['things.b', 'boxes.a'] }),
      node('labels.d', 'create', { needs: ['boxes.a'] }),
    ];
    const weights = executionGraph(changes).map((item) => [item.id, item.weight]);
    expect(Object.fromEntries(weights)).toEqual({
      'fake.boxes.a': 3,
      'fake.things.b': 2,
      'fake.labels.c': 1,
      'fake.labels.d': 1,
    });
  });
});
