import { type PlanDocument, planFileText } from "@berth/core";
import type { Artifact } from "@berth/core/deploy";
import { FLEET_FILE, type Workspace } from "../../state/workspace.ts";

/** Names in the zip: the plan, and the folder with what it is rendered to. */
export const PLAN_FILE = "plan.json";
const DEPLOYMENT_FOLDER = "deployment";

export interface TakenAway {
  readonly files: readonly Artifact[];
  /** Names of files that have no place in the folder. */
  readonly leftOut: readonly string[];
}

/**
 * All files of a folder in which the command line makes the same plan: the fleet file, what it names, the plan,
 * and its deployment in a folder of its own. A name that leads out of the folder, or is another's, is left out.
 */
export function takenAway(
  { fleet, files }: Workspace,
  plan: PlanDocument,
  artifacts: readonly Artifact[],
): TakenAway {
  const own = [
    { path: FLEET_FILE, text: fleet, isExecutable: false },
    { path: PLAN_FILE, text: planFileText(plan), isExecutable: false },
  ];
  const taken = [FLEET_FILE, PLAN_FILE, DEPLOYMENT_FOLDER];
  const leftOut: string[] = [];
  const brought = files.flatMap(({ name, text }): readonly Artifact[] => {
    const path = pathInside(name);
    if (path === undefined || taken.some((other) => isInWay(path, other))) {
      leftOut.push(name);
      return [];
    }
    taken.push(path);
    return [{ path, text, isExecutable: false }];
  });
  const deployed = artifacts.map((file) => ({
    ...file,
    path: `${DEPLOYMENT_FOLDER}/${file.path}`,
  }));
  return { files: [...own, ...brought, ...deployed], leftOut };
}

/** Whether one is the other, or would have to be its folder. */
function isInWay(path: string, other: string): boolean {
  return `${path}/`.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}

/** A relative path without "." and ".."; undefined where it leads out of its folder, or is no such path everywhere. */
function pathInside(name: string): string | undefined {
  if (/^\/|[\\:]|\p{Cc}/u.test(name)) {
    return undefined;
  }
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) {
        return undefined;
      }
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return parts.length === 0 ? undefined : parts.join("/");
}
