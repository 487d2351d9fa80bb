import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandIo } from '../../src/commands/command-io.ts';
import { runEmulate } from '../../src/commands/emulate.ts';
import { EMULATORS } from '../../src/emulator/registry.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';

interface Terminal {
  readonly io: CommandIo;
  /** What is printed first. */
  readonly line: Promise<string>;
  readonly interrupt: () => void;
}

function nothing(): void {
  // Nobody interrupts yet.
}

/** A terminal that interrupts the command when told to. */
function terminal(): Terminal {
  let interrupted = nothing;
  let print: (text: string) => void = nothing;
  const line = new Promise<string>((resolve) => {
    print = resolve;
  });
  const io: CommandIo = {
    stdout: {
      isTTY: false,
      write: (text) => {
        print(text);
      },
    },
    stderr: { isTTY: false, write: nothing },
    env: {},
    cwd: '.',
    canAsk: false,
    ask: () => Promise.resolve(''),
    clock: createSystemClock(),
    random: (count) => Buffer.alloc(count, 7),
    onInterrupt: (call) => {
      interrupted = call;
      return nothing;
    },
  };
  return {
    io,
    line,
    interrupt: () => {
      interrupted();
    },
  };
}

describe('emulate', () => {
  it.each(Object.keys(EMULATORS))('serves %s until it is interrupted', async (provider) => {
    const { io, line, interrupt } = terminal();
    const ended = runEmulate(io, provider, { timing: 'none', seed: '7' });
    const { url } = JSON.parse(await line) as { url: string };
    const answer = await fetch(`${url}/__control/state`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"fields"');
    interrupt();
    await ended;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('names what there is for a provider that there is not', async () => {
    const ended = runEmulate(terminal().io, 'nothing', {});
    await expect(ended).rejects.toThrow(Object.keys(EMULATORS).join(', '));
  });

  it('says that its port is taken', async () => {
    const { io, line, interrupt } = terminal();
    const first = runEmulate(io, 'spice', { timing: 'none' });
    const { port } = new URL((JSON.parse(await line) as { url: string }).url);
    const second = runEmulate(terminal().io, 'spice', { timing: 'none', port });
    const message = `--port ${port} cannot be listened on (EADDRINUSE)`;
    await expect(second).rejects.toMatchObject({ code: 'usage', message });
    interrupt();
    await first;
  });

  it('takes no seed that is no number', async () => {
    const ended = runEmulate(terminal().io, 'spice', { seed: 'seven' });
    await expect(ended).rejects.toThrow('--seed takes a whole number');
  });

  it('says which file is no store', async () => {
    const store = mkdtempSync(join(tmpdir(), 'trueup-emulate-'));
    const file = join(store, 'spice.jsonl');
    writeFileSync(file, 'not a store\n');
    const ended = runEmulate(terminal().io, 'spice', { store });
    const message = expect.stringContaining(file) as string;
    await expect(ended).rejects.toMatchObject({ code: 'usage', message });
    rmSync(store, { recursive: true });
  });
});
