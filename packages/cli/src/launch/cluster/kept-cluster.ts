import {
  type ClusterPart,
  type ClusterState,
  type ClusterThing,
  readClusterState,
} from "@berth/core/launch";
import { readStateFile, writeStateFile } from "../state-file.ts";

/** What Berth made on a cluster; every change is on the disk before the next one is made. */
export class KeptCluster {
  readonly #folder: string;
  #state: ClusterState;

  constructor(folder: string, state: ClusterState) {
    this.#folder = folder;
    this.#state = state;
  }

  get state(): ClusterState {
    return this.#state;
  }

  get things(): readonly ClusterThing[] {
    return this.#state.things;
  }

  async update(changes: Partial<ClusterState>): Promise<void> {
    this.#state = { ...this.#state, ...changes };
    await writeStateFile(this.#folder, this.#state);
  }

  /** Adds them, or what is said of them now, by their names. */
  keep(things: readonly ClusterThing[]): Promise<void> {
    const rest = this.things.filter((one) => things.every(({ name }) => name !== one.name));
    return this.update({ things: [...rest, ...things] });
  }

  /** They are gone, and the parts that they were. */
  drop(things: readonly ClusterThing[]): Promise<void> {
    const { parts } = this.#state;
    const lost = partsOf(parts, things);
    return this.update({
      parts: parts.filter((part) => !lost.includes(part)),
      things: this.things.filter((one) => !things.includes(one)),
    });
  }

  setStatus(name: string, status: ClusterState["parts"][number]["status"]): Promise<void> {
    const { parts } = this.#state;
    return this.update({
      parts: parts.map((part) => (part.name === name ? { ...part, status } : part)),
    });
  }

  /** The launch that made all this has ended, and leaves it there. */
  settle(): Promise<void> {
    return this.update({ things: this.things.map((one) => ({ ...one, isSettled: true })) });
  }
}

/** What was handed to a cluster; undefined where nothing is written down. Throws an InputError for a file that is no state. */
export function readKeptCluster(folder: string): Promise<ClusterState | undefined> {
  return readStateFile(folder, readClusterState);
}

/** The parts whose workload or job is among these. */
export function partsOf(
  parts: readonly ClusterPart[],
  things: readonly ClusterThing[],
): readonly ClusterPart[] {
  return parts.filter(({ name, kind }) =>
    things.some((thing) =>
      kind === undefined
        ? thing.name === name
        : thing.name.startsWith(kind.toLowerCase()) && thing.name.endsWith(`/${name}`),
    ),
  );
}
