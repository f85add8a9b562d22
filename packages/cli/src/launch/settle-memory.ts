import { setTimeout as sleep } from "node:timers/promises";
import type { PlanDocument } from "@berth/core";
import { cardUses } from "./card-uses.ts";

/** A driver gives memory back a moment after the process is gone. */
const POLL_MS = 500;
const MOST_POLLS = 60;

/** Returns once the free memory of a host's cards no longer grows. */
export async function settleMemory(plan: PlanDocument, host: string): Promise<void> {
  let before = await freeBytes(plan, host);
  for (let poll = 0; poll < MOST_POLLS; poll += 1) {
    await sleep(POLL_MS);
    const now = await freeBytes(plan, host);
    if (now <= before) {
      return;
    }
    before = now;
  }
}

async function freeBytes(plan: PlanDocument, host: string): Promise<number> {
  const cards = await cardUses(plan, host);
  return cards.reduce((sum, card) => sum + card.freeBytes, 0);
}
