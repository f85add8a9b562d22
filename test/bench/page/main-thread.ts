import type { CDPSession, Page } from "playwright-core";

/** Milliseconds that the page's own thread works: not what it waits, nor what the machine does beside it. */
export interface MainThread {
  /** Of an action, with the drawing that comes of it. */
  readonly during: <T>(
    action: () => Promise<T>,
  ) => Promise<{ readonly result: T; readonly cpu: number }>;
}

export async function mainThread(page: Page): Promise<MainThread> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return {
    during: async (action) => {
      const before = await worked(session);
      const result = await action();
      await drawn(page);
      return { result, cpu: (await worked(session)) - before };
    },
  };
}

async function worked(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  const seconds = metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  return seconds * 1000;
}

/** Until what has changed is on the screen. */
function drawn(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
  );
}
