/** Wakes one waiter; a wake before the wait is not lost. */
export interface Wakeup {
  wait(): Promise<void>;
  wake(): void;
}

export function createWakeup(): Wakeup {
  let isSet = false;
  let resume: (() => void) | undefined;
  return {
    async wait() {
      if (!isSet) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
      }
      isSet = false;
      resume = undefined;
    },
    wake() {
      isSet = true;
      resume?.();
    },
  };
}
