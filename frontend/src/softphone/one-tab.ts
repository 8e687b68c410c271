/** Only one page of a browser is the telephone. The Web Locks API gives the lock back by itself when a page goes. */

const LOCK = "callbase.telephone";

export interface Holding {
  release(): void;
}

/**
 * Waits to become the telephone. `gained` is called when this page is it, `taken` when another page stole that.
 * With `steal` it becomes so at once. Without Web Locks (insecure origin) every page is told it is.
 */
export function holdTelephone(steal: boolean, gained: () => void, taken: () => void): Holding {
  let release: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  if (!navigator.locks) {
    gained();
    return { release };
  }
  const abort = new AbortController();
  const options: LockOptions = steal ? { steal: true } : { signal: abort.signal };
  let held = false;
  navigator.locks
    .request(LOCK, options, async () => {
      held = true;
      gained();
      await until;
    })
    .catch(() => {
      if (held) taken();
    });
  return {
    release: () => {
      release();
      if (!held && !steal) abort.abort();
    },
  };
}

/** Whether some page of this browser is the telephone now. */
export async function telephoneHeld(): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return locks?.held?.some((it) => it.name === LOCK) ?? false;
}
