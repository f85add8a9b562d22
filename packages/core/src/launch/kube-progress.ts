import * as z from "zod";
import { jsonOrNothing } from "../importers/parse-json.ts";
import type { ClusterProgress } from "./cluster-progress.ts";
import type { KubeUnit } from "./cluster-unit.ts";

const count = z.int().default(0);

const ended = z.looseObject({
  exitCode: z.int(),
  reason: z.string().optional(),
});

const container = z.looseObject({
  name: z.string(),
  restartCount: count,
  state: z
    .looseObject({
      waiting: z
        .looseObject({ reason: z.string().optional(), message: z.string().optional() })
        .optional(),
      terminated: ended.optional(),
    })
    .default({}),
  lastState: z.looseObject({ terminated: ended.optional() }).default({}),
});

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    generation: count,
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({ replicas: z.int().default(1) }).default({ replicas: 1 }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      reason: z.string().optional(),
      observedGeneration: z.int().optional(),
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .default([]),
      initContainerStatuses: z.array(container).default([]),
      containerStatuses: z.array(container).default([]),
    })
    .prefault({}),
});

const list = z.looseObject({ items: z.array(object) });

type KubeObject = z.infer<typeof object>;
type KubeContainer = z.infer<typeof container>;

/** A container whose output is worth reading. */
export interface PodContainer {
  readonly pod: string;
  readonly container: string;
  /** Its last end is what counts: it has been started again since. */
  readonly isPrevious: boolean;
}

/** How far a workload of Kubernetes has come. */
export interface KubeState {
  readonly progress: ClusterProgress;
  /** The containers that failed, else one engine a pod. */
  readonly containers: readonly PodContainer[];
}

/** What `kubectl get … --output json` says of a workload and its pods; undefined where it is no such answer. */
export function readKubeState(text: string, unit: KubeUnit): KubeState | undefined {
  const items = list.safeParse(jsonOrNothing(text)).data?.items;
  if (items === undefined) {
    return undefined;
  }
  const workload = items.find(
    ({ kind, metadata }) => kind === unit.kind && metadata.name === unit.name,
  );
  const pods = items
    .filter(({ kind, metadata }) => kind === "Pod" && isOf(metadata.labels, unit))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name, "en", { numeric: true }));
  if (workload === undefined) {
    const how = "was deleted by somebody else";
    return { progress: { is: "failed", how }, containers: [] };
  }
  const engines = pods.map(({ metadata: { name: pod } }) => ({
    pod,
    container: "engine",
    isPrevious: false,
  }));
  if (isRolledOut(workload)) {
    return { progress: { is: "ready" }, containers: engines };
  }
  const [failed] = pods.flatMap(failureOf);
  return failed === undefined
    ? { progress: { is: "waiting", stage: stageOf(pods) }, containers: engines }
    : { progress: { is: "failed", how: failed.how }, containers: failed.containers };
}

function isOf(labels: Readonly<Record<string, string>>, { name }: KubeUnit): boolean {
  return labels["app.kubernetes.io/instance"] === name;
}

/** As `kubectl rollout status` has it: the wanted pods are there, of this generation, and ready. */
function isRolledOut({ kind, metadata, spec, status }: KubeObject): boolean {
  const isAvailable = status.conditions.some(
    (one) => one.type === "Available" && one.status === "True",
  );
  const isCurrent =
    (status.observedGeneration ?? metadata.generation) >= metadata.generation &&
    status.updatedReplicas >= spec.replicas &&
    status.readyReplicas >= spec.replicas &&
    status.replicas <= spec.replicas;
  return isCurrent && (kind === "StatefulSet" || isAvailable);
}

/** What a kubelet tries again for ever, and what won't come right by itself. */
const HOPELESS: ReadonlySet<string> = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

interface Failure {
  readonly how: string;
  readonly containers: readonly PodContainer[];
}

function failureOf({ metadata: { name: pod }, status }: KubeObject): readonly Failure[] {
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  const failed = all.flatMap((each) => containerFailure(pod, each));
  if (failed.length > 0 || status.phase !== "Failed") {
    return failed;
  }
  return [
    { how: `failed as a pod (${pod}: ${status.reason ?? "no reason given"})`, containers: [] },
  ];
}

function containerFailure(pod: string, each: KubeContainer): readonly Failure[] {
  const { name, state, lastState, restartCount } = each;
  const isPrevious = state.terminated === undefined;
  const last = state.terminated ?? lastState.terminated;
  const hasEnded = last !== undefined && (last.exitCode !== 0 || name === "engine");
  if (hasEnded && (restartCount > 0 || !isPrevious)) {
    const why = last.reason === undefined || last.reason === "Error" ? "" : ` (${last.reason})`;
    const how = `exited with ${last.exitCode}${why} in container ${name} of pod ${pod}`;
    return [{ how, containers: [{ pod, container: name, isPrevious }] }];
  }
  const { reason = "", message = reason } = state.waiting ?? {};
  return HOPELESS.has(reason)
    ? [
        {
          how: `can't start container ${name} of pod ${pod} (${reason}: ${message})`,
          containers: [],
        },
      ]
    : [];
}

function stageOf(pods: readonly KubeObject[]): string {
  const stages = pods.map(({ metadata: { name }, status }) => {
    const unscheduled = status.conditions.find(
      (one) => one.type === "PodScheduled" && one.status === "False",
    );
    const waiting = [...status.initContainerStatuses, ...status.containerStatuses].flatMap(
      (each) => each.state.waiting?.reason ?? [],
    );
    return `${name}: ${unscheduled?.message ?? waiting[0] ?? status.phase ?? "no state yet"}`;
  });
  return stages.join("; ") || "no pods yet";
}
