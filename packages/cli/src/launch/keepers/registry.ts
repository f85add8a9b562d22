import type { LaunchedEngine, UnitStart } from "@berth/core/launch";
import { composeKeeper } from "./compose.ts";
import type { Keeper } from "./keeper.ts";
import { loadKeeper } from "./load.ts";
import { scriptKeeper } from "./script.ts";

const KEEPERS: Readonly<Record<UnitStart["by"], Keeper>> = {
  script: scriptKeeper,
  compose: composeKeeper,
  load: loadKeeper,
};

export function keeperOf({ start }: Pick<LaunchedEngine, "start">): Keeper {
  return KEEPERS[start.by];
}

/** Marks of those engines that are there, whatever keeps them. */
export async function aliveMarks(engines: readonly LaunchedEngine[]): Promise<ReadonlySet<string>> {
  const found = await eachKeeper(engines, (keeper, own) => keeper.alive(own));
  return new Set(found.flatMap((marks) => [...marks]));
}

/** The marks of all these engines' processes, by the ids that this host gives them. */
export async function engineProcesses(
  engines: readonly LaunchedEngine[],
): Promise<ReadonlyMap<number, string>> {
  const found = await eachKeeper(engines, (keeper, own) => keeper.processes(own));
  return new Map(found.flatMap((pids) => [...pids]));
}

/** A keeper that has nothing to keep is not asked: its tools may be missing. */
function eachKeeper<Value>(
  engines: readonly LaunchedEngine[],
  ask: (keeper: Keeper, own: readonly LaunchedEngine[]) => Promise<Value>,
): Promise<readonly Value[]> {
  const kinds = [...new Set(engines.map(({ start }) => start.by))];
  return Promise.all(
    kinds.map((kind) =>
      ask(
        KEEPERS[kind],
        engines.filter(({ start }) => start.by === kind),
      ),
    ),
  );
}
