import { formatGib } from "@berth/core";
import type { CardTaken, LaunchedEngine } from "@berth/core/launch";

/** A sentence for each card of which an engine took other memory than the plan has for it. */
export async function departures(
  { name }: Pick<LaunchedEngine, "name">,
  taken: readonly CardTaken[],
): Promise<readonly string[]> {
  return taken.filter(({ verdict }) => verdict !== "inside").map((card) => sentence(name, card));
}

function sentence(
  name: string,
  { gpu, takenBytes, lowBytes, highBytes, verdict }: CardTaken,
): string {
  const [bound, by] =
    verdict === "above"
      ? [`at most ${formatGib(highBytes)}`, takenBytes - highBytes]
      : [`at least ${formatGib(lowBytes)}`, lowBytes - takenBytes];
  return `${name} took ${formatGib(takenBytes)} of ${gpu}, and the plan has ${bound}: ${formatGib(by)} ${verdict === "above" ? "more" : "less"}`;
}
