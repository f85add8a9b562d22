import { join, resolve } from "node:path";
import type { PlanDocument } from "@berth/core";
import { bundleParts, renderBundle } from "@berth/core/bundle";
import {
  type ClusterEngine,
  type ClusterTarget,
  kubeUnits,
  missingFiles,
  slurmUnits,
} from "@berth/core/launch";
import type { Flags } from "../args/flags.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../io/terminal.ts";
import { writeArtifacts } from "../io/write-artifacts.ts";
import type { Cluster } from "../launch/cluster/cluster.ts";
import { KeptCluster, readKeptCluster } from "../launch/cluster/kept-cluster.ts";
import { clusterFolder, whereNow } from "../launch/cluster/kept-clusters.ts";
import { KubernetesCluster } from "../launch/cluster/kubernetes.ts";
import { type ClusterRequest, launchOnCluster } from "../launch/cluster/launch-cluster.ts";
import { SlurmCluster } from "../launch/cluster/slurm.ts";
import { launchReporter } from "../launch/report.ts";
import { stateFolder, whileLocked } from "../launch/state-file.ts";
import { printClusterDryRun } from "../print/cluster-dry-run.ts";
import { UsageError } from "../usage-error.ts";
import { refusedFor } from "./refused-for.ts";
import { renderOptions } from "./render-options.ts";

/** A plan, and what is to start it on several hosts. */
export interface ClusterLaunch {
  readonly plan: PlanDocument;
  readonly target: ClusterTarget;
  readonly timeoutMs: number;
}

/** Hands a plan's bundle to a cluster and waits on what that says. */
export async function launchCluster(
  { plan, target, timeoutMs }: ClusterLaunch,
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.text("on-departure") === "replan") {
    throw new UsageError(
      `--on-departure: expected stop or continue with --target ${target}, whose cards can't be measured from here, got replan`,
    );
  }
  const wish = { target, options: renderOptions(flags), router: undefined };
  const rendered = renderBundle(plan, wish);
  const [part] = bundleParts(plan, wish);
  if (!rendered.ok || part === undefined) {
    refusedFor(rendered.ok ? [] : rendered.reasons, terminal);
    return EXIT.no;
  }
  const folder = clusterFolder(resolve(terminal.cwd, flags.text("state") ?? stateFolder()), target);
  const bundle = join(folder, "bundle");
  const { artifacts } = rendered;
  const cluster: Cluster =
    target === "kubernetes"
      ? new KubernetesCluster(kubeUnits(part), folder)
      : new SlurmCluster(slurmUnits(part), { folder, artifacts, options: flags.texts("sbatch") });
  const missing = missingFiles(neededBy(cluster, flags.texts("sbatch")), process.env);
  if (flags.isSet("dry-run")) {
    await terminal.print(printClusterDryRun(cluster));
    return refusedFor(missing, terminal) ? EXIT.no : EXIT.done;
  }
  if (refusedFor(missing, terminal)) {
    return EXIT.no;
  }
  return whileLocked(folder, async () => {
    const empty = { schema: "berth/launch-cluster@1", target, parts: [], things: [] } as const;
    const state = (await readKeptCluster(folder)) ?? empty;
    const where = await whereNow(cluster, state);
    const kept = new KeptCluster(folder, { ...state, ...(where === undefined ? {} : { where }) });
    await writeArtifacts({ folder: bundle, name: bundle, artifacts, isForced: true });
    return reported({ cluster, kept, plan, timeoutMs }, flags, terminal);
  });
}

/** An option of sbatch may set a variable too: `--export=ALL,MODEL_PATH_LONG=…`. */
function neededBy({ units }: Cluster, options: readonly string[]): readonly ClusterEngine[] {
  return units
    .flatMap(({ engines }) => engines)
    .filter(({ needs }) => options.every((option) => !option.includes(`${needs?.variable}=`)));
}

async function reported(
  prepared: Pick<ClusterRequest, "plan" | "timeoutMs" | "kept"> & { readonly cluster: Cluster },
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { onEvent, onDeparture, end } = launchReporter(flags, terminal, prepared.plan);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const { signal } = interrupt;
    const isKept = flags.isSet("keep");
    const request = { ...prepared, signal, onEvent, onDeparture, isKept };
    const result = await launchOnCluster(prepared.cluster, request);
    await end(result);
    return result === "running" ? EXIT.done : EXIT.no;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
