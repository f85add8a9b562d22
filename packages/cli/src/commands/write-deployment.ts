import { resolve } from "node:path";
import type { PlanDocument } from "@berth/core";
import type { TargetId } from "@berth/core/deploy";
import type { Terminal } from "../io/terminal.ts";
import { writeArtifacts } from "../io/write-artifacts.ts";
import { deploymentsOf } from "./deployments.ts";

export interface DeploymentRequest {
  /** The folder as the user wrote it. */
  readonly name: string;
  readonly target: TargetId | undefined;
  readonly isForced: boolean;
}

/** What was written, for --json. */
export interface WrittenDeployment {
  readonly schema: "berth/render@1";
  readonly folder: string;
  readonly targets: readonly TargetId[];
  readonly files: readonly string[];
}

/** Writes a plan's files; undefined, after its reasons on stderr, where the target can't carry the plan. */
export async function writeDeployment(
  plan: PlanDocument,
  { name, target, isForced }: DeploymentRequest,
  terminal: Terminal,
): Promise<WrittenDeployment | undefined> {
  const deployments = deploymentsOf(plan, target);
  if (!deployments.ok) {
    for (const reason of deployments.reasons) {
      terminal.remark(`not rendered: ${reason}`);
    }
    return undefined;
  }
  const { artifacts, targets } = deployments;
  await writeArtifacts({ folder: resolve(terminal.cwd, name), name, artifacts, isForced });
  terminal.remark(`wrote ${artifacts.length} files for ${targets.join(" and ")} to ${name}`);
  return {
    schema: "berth/render@1",
    folder: name,
    targets,
    files: artifacts.map(({ path }) => path),
  };
}
