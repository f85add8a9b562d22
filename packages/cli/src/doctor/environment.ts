import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../io/read-text.ts";
import { stateFolder } from "../launch/state-file.ts";
import type { Finding } from "./finding.ts";

/** Variables that change what Berth or the engines do. Those that are secret are never printed. */
const VARIABLES: readonly {
  readonly name: string;
  readonly isSecret?: boolean;
  readonly means: string;
}[] = [
  { name: "HF_TOKEN", isSecret: true, means: "models of the Hub that ask for a token can be read" },
  { name: "HF_ENDPOINT", means: "the Hub is asked there" },
  { name: "HF_HUB_OFFLINE", means: "the Hub is not asked" },
  { name: "NO_COLOR", means: "nothing is printed in colours" },
  { name: "XDG_STATE_HOME", means: "what berth launch started is remembered there" },
  {
    name: "CUDA_VISIBLE_DEVICES",
    means: "start scripts set it for each engine; nvidia-smi shows all cards whatever it says",
  },
];

/** The variables that are set. */
export function lookAtVariables(variables: NodeJS.ProcessEnv): readonly Finding[] {
  return VARIABLES.flatMap(({ name, isSecret = false, means }) => {
    const value = variables[name];
    return value === undefined || value === ""
      ? []
      : [{ id: name, state: "there" as const, found: isSecret ? "set" : value, means }];
  });
}

export function lookAtNode(version: string): Finding {
  return { id: "Node.js", state: "there", found: version, means: "Berth needs 20.19 or newer" };
}

/** Whether what a launch must remember can be kept. */
export async function lookAtStateFolder(): Promise<Finding> {
  const folder = stateFolder();
  try {
    const there = await nearest(folder);
    await access(there, constants.W_OK);
    return {
      id: "state folder",
      state: "there",
      found: folder,
      means: "berth launch keeps there what it started",
    };
  } catch (error) {
    return {
      id: "state folder",
      state: "problem",
      found: `${folder} (${codeOf(error)})`,
      means: "berth launch can't keep what it started; name another with --state",
    };
  }
}

/** The folder, or the first above it that is there. */
async function nearest(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) {
      throw error;
    }
    return nearest(dirname(folder));
  }
}
