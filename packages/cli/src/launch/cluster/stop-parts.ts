import type { ClusterThing } from "@berth/core/launch";
import { whileLocked } from "../state-file.ts";
import { thingText } from "./cluster.ts";
import { partsOf } from "./kept-cluster.ts";
import { keptClusters, keptOn, whereNow } from "./kept-clusters.ts";

/** The names of the parts that berth stop may be asked for. */
export async function partNames(folder: string): Promise<readonly string[]> {
  return (await keptClusters(folder)).flatMap(({ kept }) =>
    kept.state.parts.map(({ name }) => name),
  );
}

/** Takes away what Berth made of one part, or all that it made on clusters, the newest first; gives the names of the parts. */
export async function stopParts(
  folder: string,
  name: string | undefined,
  say: (sentence: string) => void,
): Promise<readonly string[]> {
  const stopped: string[] = [];
  for (const { folder: own } of await keptClusters(folder)) {
    stopped.push(...(await whileLocked(own, () => stopOn(own, name, say))));
  }
  return stopped;
}

async function stopOn(
  own: string,
  name: string | undefined,
  say: (sentence: string) => void,
): Promise<readonly string[]> {
  // as it is now that nobody else changes it
  const [found] = await keptOn(own);
  if (found === undefined) {
    return [];
  }
  const { kept, cluster } = found;
  const where = await whereNow(cluster, kept.state);
  const { parts } = kept.state;
  const isAsked = (thing: ClusterThing): boolean =>
    name === undefined || partsOf(parts, [thing]).some((part) => part.name === name);
  const things = kept.things.filter(isAsked).toReversed();
  const on = where === undefined ? "" : ` in ${where}`;
  for (const thing of things) {
    say(`stopping ${thingText(thing)}${on}`);
  }
  await cluster.remove(things);
  const gone = partsOf(parts, things).map((part) => part.name);
  await kept.drop(things);
  if (name === undefined) {
    await kept.update({ parts: [] });
  }
  return gone.toReversed();
}
