import type { PlanDeployment } from "../documents/plan-document.ts";
import { formatGib } from "../units/format.ts";
import { MIB } from "../units/units.ts";
import type { CardUse, Holder } from "./card-use.ts";

/** nvidia-smi rounds to whole MiB: total, reserved and used may each be half of one away. */
export const PRINTED_SLACK_BYTES: number = 2 * MIB;

/**
 * Why an engine can't start now: a sentence for each of its cards that has less free than the plan counts on, with
 * those who hold memory there and were not started by Berth. Empty where it can.
 */
export function notFree(
  { model, ranks }: PlanDeployment,
  cards: readonly CardUse[],
  isOurs: (holder: Holder) => boolean,
): readonly string[] {
  return ranks.flatMap(({ gpu, freeAtStartBytes }) => {
    const card = cards.find((one) => one.gpu === gpu);
    if (card === undefined) {
      return [`${gpu} is planned for ${model}, and nvidia-smi does not list it`];
    }
    if (card.freeBytes + PRINTED_SLACK_BYTES >= freeAtStartBytes) {
      return [];
    }
    const others = card.holders.filter((holder) => !isOurs(holder));
    const who = others.length === 0 ? "nobody else is listed on it" : others.map(held).join(", ");
    return [
      `${gpu} has ${formatGib(card.freeBytes)} free, and the plan counts on ${formatGib(freeAtStartBytes)} for ${model}: ${who}`,
    ];
  });
}

function held({ pid, name, usedBytes }: Holder): string {
  const size = usedBytes === undefined ? "memory" : formatGib(usedBytes);
  return `${name} (process ${pid}) holds ${size}`;
}
