import { type FleetFile, InputError, parseFleetFile } from "@berth/core";
import type { Problem } from "../worker/protocol.ts";
import { shared } from "./shared.ts";
import { FLEET_FILE } from "./workspace.ts";

/** A fleet file, read; with a problem it is the last that could be read. */
export interface Parsed {
  readonly fleet: FleetFile;
  readonly problem: Problem | undefined;
}

/** Reads a fleet file; while it can't be read, the page goes on with what it was before. */
export function parseFleet(text: string, before?: Parsed): Parsed {
  try {
    const fleet = shared(before?.fleet, parseFleetFile(FLEET_FILE, text));
    return { fleet, problem: undefined };
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return {
      fleet: before?.fleet ?? { models: [] },
      problem: { message: error.message, ...error.place },
    };
  }
}
