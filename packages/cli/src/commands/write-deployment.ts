import { resolve } from "node:path";
import type { PlanDocument } from "@berth/core";
import { type BundleWish, renderBundle } from "@berth/core/bundle";
import type { TargetId } from "@berth/core/deploy";
import { type BundleState, bundleState, type Deployment } from "../io/bundle-state.ts";
import { diffArtifacts, type FileChange } from "../io/diff-artifacts.ts";
import type { Terminal } from "../io/terminal.ts";
import { writeArtifacts } from "../io/write-artifacts.ts";

export interface DeploymentRequest extends BundleWish {
  /** The folder as the user wrote it. */
  readonly name: string;
  readonly isForced: boolean;
}

/** What was written, for --json. */
export interface WrittenDeployment {
  readonly schema: "berth/render@1";
  readonly folder: string;
  readonly targets: readonly TargetId[];
  readonly files: readonly string[];
}

/** What would be written, for --diff --json. */
export interface DeploymentDiff {
  readonly schema: "berth/render-diff@1";
  readonly folder: string;
  readonly targets: readonly TargetId[];
  readonly changes: readonly FileChange[];
}

/** Writes a plan's files; undefined, after its reasons on stderr, where the target can't carry the plan. */
export async function writeDeployment(
  plan: PlanDocument,
  request: DeploymentRequest,
  terminal: Terminal,
): Promise<WrittenDeployment | undefined> {
  const rendered = renderedFor(plan, request, terminal);
  if (rendered === undefined) {
    return undefined;
  }
  const { deployment, targets } = rendered;
  const { name, artifacts } = deployment;
  const state = await writeArtifacts(deployment);
  remarkState(name, state, terminal);
  terminal.remark(`wrote ${artifacts.length} files for ${targets.join(" and ")} to ${name}`);
  return {
    schema: "berth/render@1",
    folder: name,
    targets,
    files: artifacts.map(({ path }) => path),
  };
}

/** How a plan's files differ from what is there; undefined as with writeDeployment. Nothing is written. */
export async function diffDeployment(
  plan: PlanDocument,
  request: DeploymentRequest,
  terminal: Terminal,
): Promise<DeploymentDiff | undefined> {
  const rendered = renderedFor(plan, request, terminal);
  if (rendered === undefined) {
    return undefined;
  }
  const { deployment, targets } = rendered;
  const state = await bundleState(deployment);
  remarkState(deployment.name, state, terminal);
  for (const { file, problem } of state.obstacles) {
    terminal.remark(`could not be written: ${file}: ${problem}`);
  }
  const changes = await diffArtifacts(deployment, state);
  return { schema: "berth/render-diff@1", folder: deployment.name, targets, changes };
}

function renderedFor(
  plan: PlanDocument,
  { name, isForced, ...wish }: DeploymentRequest,
  terminal: Terminal,
): { readonly deployment: Deployment; readonly targets: readonly TargetId[] } | undefined {
  const bundle = renderBundle(plan, wish);
  if (!bundle.ok) {
    for (const reason of bundle.reasons) {
      terminal.remark(`not rendered: ${reason}`);
    }
    return undefined;
  }
  const { artifacts, targets } = bundle;
  const folder = resolve(terminal.cwd, name);
  return { deployment: { folder, name, artifacts, isForced }, targets };
}

function remarkState(name: string, { isComplete, kept }: BundleState, terminal: Terminal): void {
  if (!isComplete) {
    terminal.remark(`${name}: an earlier run was cut off and left files of two bundles`);
  }
  for (const path of kept) {
    terminal.remark(`${name}/${path} is no part of this bundle and stays: it was changed`);
  }
}
