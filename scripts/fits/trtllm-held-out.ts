import { type Check, type HeldOut, leaveOut } from "./leave-out.ts";
import { type CapacityRow, capabilityOf, engineAt, fitRows, sequences } from "./trtllm.ts";

/** Capacities whose family of models, number of ranks or card took no part in the fit. */
export function trtllmHeldOut(rows: readonly CapacityRow[]): readonly HeldOut[] {
  const foretell = (
    others: readonly CapacityRow[],
    group: readonly CapacityRow[],
  ): readonly Check[] => checksOf(others, group);
  return [
    leaveOut("family of models", rows, { groupOf: familyOf, foretell }),
    leaveOut("number of ranks", rows, { groupOf: ({ tp }) => String(tp), foretell }),
    leaveOut("card", rows, {
      groupOf: capabilityOf,
      // the card's own constants are left out too: what data/ says of any card holds
      foretell: (others, group) => checksOf(others, group, group.map(capabilityOf)[0]),
    }),
  ];
}

function checksOf(
  others: readonly CapacityRow[],
  group: readonly CapacityRow[],
  without?: string,
): readonly Check[] {
  const at = engineAt(fitRows(others), without);
  return group.map((row) => {
    const { value, low, high } = sequences(row, at);
    return {
      error: Math.floor(value) / row.max_sequences - 1,
      // a whole number that was measured leaves open a part of one
      isInside: Math.floor(low) <= row.max_sequences && row.max_sequences <= Math.ceil(high),
    };
  });
}

/** "Qwen/Qwen3-32B-FP8" is of Qwen3. */
function familyOf({ model }: CapacityRow): string {
  return model.split("/").at(-1)?.split("-")[0] ?? model;
}
