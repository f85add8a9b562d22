import { setTimeout as sleep } from "node:timers/promises";
import type { InventoryDocument } from "@berth/core";
import type { InventoryEvent } from "./api.ts";
import { refusalOf } from "./refusal.ts";

export interface LiveInventory {
  /** Gets every event from now on, the last one at once; returns what ends that. */
  subscribe(listener: (event: InventoryEvent) => void): () => void;
  readonly listeners: number;
}

export interface Polling {
  /** What the machines have now; the signal ends the programs that it asks. */
  readonly read: (signal: AbortSignal) => Promise<InventoryDocument>;
  /** From the end of one look to the beginning of the next. */
  readonly everySeconds: number;
}

/** Longest wait after failures, of which each doubles it. */
const MOST_SECONDS = 60;

/** Asks while somebody listens: one look for all. */
export function liveInventory({ read, everySeconds }: Polling): LiveInventory {
  const listeners = new Set<(event: InventoryEvent) => void>();
  let polling: AbortController | undefined;
  let last: InventoryEvent | undefined;

  const publish = (event: InventoryEvent): void => {
    last = event;
    for (const listener of listeners) {
      listener(event);
    }
  };
  const poll = async (signal: AbortSignal): Promise<void> => {
    let seconds = everySeconds;
    while (!signal.aborted) {
      const event = await eventOf(read, signal);
      if (signal.aborted) {
        return;
      }
      publish(event);
      const isWell = event.event === "inventory";
      seconds = isWell ? everySeconds : Math.min(MOST_SECONDS, seconds * 2);
      await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  };
  return {
    get listeners() {
      return listeners.size;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      if (polling === undefined) {
        last = undefined;
        polling = new AbortController();
        void poll(polling.signal);
      } else if (last !== undefined) {
        listener(last);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          polling?.abort();
          polling = undefined;
        }
      };
    },
  };
}

async function eventOf(read: Polling["read"], signal: AbortSignal): Promise<InventoryEvent> {
  try {
    return { event: "inventory", data: await read(signal) };
  } catch (error) {
    return { event: "problem", data: refusalOf(error).body };
  }
}
