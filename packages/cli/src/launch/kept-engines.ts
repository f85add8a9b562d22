import type { LaunchedEngine, LaunchState } from "@berth/core/launch";
import type { OnEvent } from "./events.ts";
import { aliveMarks, keeperOf } from "./keepers/registry.ts";
import { writeState } from "./state-file.ts";

export interface KeepingPlace {
  readonly folder: string;
  readonly host: string;
  readonly onEvent: OnEvent;
}

/** The engines that Berth runs on a host; every change is on the disk before the next one is made. */
export class KeptEngines {
  readonly #place: KeepingPlace;
  #all: readonly LaunchedEngine[];

  constructor(place: KeepingPlace, running: readonly LaunchedEngine[]) {
    this.#place = place;
    this.#all = running;
  }

  /** In the order in which they were started. */
  get all(): readonly LaunchedEngine[] {
    return this.#all;
  }

  async set(engines: readonly LaunchedEngine[]): Promise<void> {
    this.#all = engines;
    const { folder, host } = this.#place;
    const state: LaunchState = { schema: "berth/launch@1", host, engines };
    await writeState(folder, state);
  }

  update(mark: string, changes: Partial<LaunchedEngine>): Promise<void> {
    return this.set(this.#all.map((one) => (one.mark === mark ? { ...one, ...changes } : one)));
  }

  drop(mark: string): Promise<void> {
    return this.set(this.#all.filter((engine) => engine.mark !== mark));
  }

  /** Stops these in their order, and takes them off the list. */
  async stop(engines: readonly LaunchedEngine[]): Promise<void> {
    const { onEvent } = this.#place;
    for (const engine of engines) {
      const { name, mark } = engine;
      const isThere = (await aliveMarks([engine])).has(mark);
      if (isThere) {
        onEvent({ event: "stopping", engine: name });
      }
      await keeperOf(engine).stop(
        engine,
        this.#all.filter((other) => other.mark !== mark),
      );
      await this.drop(mark);
      if (isThere) {
        onEvent({ event: "stopped", engine: name });
      }
    }
  }
}
