import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { InventoryEvent } from "./api.ts";
import type { LiveInventory } from "./live-inventory.ts";
import { Refusal } from "./refusal.ts";

/** Pages that may listen at once. */
const MOST_LISTENERS = 32;

/** Server-sent events: an inventory each time that the machines were asked, and a comment where that takes long. */
export function inventoryEvents(
  context: Context,
  live: LiveInventory,
  heartbeatSeconds: number,
): Response {
  if (context.req.method === "HEAD") {
    throw new Refusal(
      "not-found",
      "events have no end, so that nothing can be said of them before",
    );
  }
  if (live.listeners >= MOST_LISTENERS) {
    throw new Refusal("busy", `${MOST_LISTENERS} pages listen already; close one of them`);
  }
  const latest = new Latest<InventoryEvent>();
  const stop = live.subscribe((event) => latest.put(event));
  return streamSSE(context, async (stream) => {
    stream.onAbort(() => {
      stop();
      latest.put(undefined);
    });
    // who goes before the first byte leaves a stream that nobody reads
    context.req.raw.signal.addEventListener("abort", () => stream.abort(), { once: true });
    while (!stream.aborted) {
      const event = await latest.take(heartbeatSeconds * 1000);
      if (stream.aborted) {
        return;
      }
      await (event === undefined
        ? stream.write(": still here\n\n")
        : stream.writeSSE({ event: event.event, data: JSON.stringify(event.data) }));
    }
  });
}

/** The newest of what was put: a reader that is slow misses what is old by then. */
class Latest<T> {
  #value: T | undefined;
  #wake: () => void = () => undefined;

  put(value: T | undefined): void {
    this.#value = value;
    this.#wake();
  }

  /** Waits for a value; undefined where none comes in time. */
  async take(milliseconds: number): Promise<T | undefined> {
    if (this.#value === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const value = this.#value;
    this.#value = undefined;
    return value;
  }
}
