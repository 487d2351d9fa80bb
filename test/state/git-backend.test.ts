import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createGitDouble } from '../_helpers/git-double.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { describeBackend } from './backend-suite.ts';
import { openGitState } from './open-git-state.ts';

describeBackend('git backend over a double of git', () => {
  const git = createGitDouble();
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  return Promise.resolve({
    clock,
    run: (promise) => clock.run(promise),
    show: () => clock.advance(10_000),
    start: (name) => {
      const host = hosts.spawn(name);
      const { run } = git.clone();
      // Each process is on a disk of its own: nothing but the remote is shared.
      const files = createMemoryFiles();
      return { backend: openGitState({ run, files, clock, host }), kill: host.kill };
    },
  });
});
