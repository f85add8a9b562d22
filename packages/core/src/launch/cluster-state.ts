import * as z from "zod";
import type { PlanDeployment } from "../documents/plan-document.ts";
import { isDeployment } from "../documents/plan-schema.ts";
import { schemaProblem } from "../documents/schema-problem.ts";
import { parseJson } from "../importers/parse-json.ts";
import { checkSchema } from "../report/check-schema.ts";
import { InputError } from "../report/errors.ts";
import type { ClusterTarget, ClusterUnit, KubeUnit } from "./cluster-unit.ts";

/** `berth/launch-cluster@1`: what Berth handed to a cluster, so that a later call finds it again. */
export interface ClusterState {
  readonly schema: "berth/launch-cluster@1";
  readonly target: ClusterTarget;
  /** Kubernetes' context and namespace at that time; absent where kubectl does not say them. */
  readonly where?: string;
  /** In start order. */
  readonly parts: readonly ClusterPart[];
  /** In the order in which they were made. */
  readonly things: readonly ClusterThing[];
}

/** A workload or a job of the plan that was handed over last. */
export interface ClusterPart extends ClusterUnit {
  /** Of a workload. */
  readonly kind?: KubeUnit["kind"];
  /** Ready, and inside the plan's bounds; or ready and left running although it is not. */
  readonly status: "starting" | "ready" | "departed";
}

/** What Berth made on a cluster, and would take away again. */
export interface ClusterThing {
  /** An object of Kubernetes ("deployment.apps/chat"), or the part that a job is. */
  readonly name: string;
  /** A job's comment: with its name it tells the job from all others, also where its number never came. */
  readonly comment?: string;
  /** A job's number, once it is known. */
  readonly job?: string;
  /** False until the launch that made it has ended: what a killed one left is taken back by the next one that fails. */
  readonly isSettled: boolean;
}

const text = z.string();
const deployment = z.custom<PlanDeployment>(isDeployment, "expected a deployment of a plan");

const state = z.looseObject({
  schema: z.literal("berth/launch-cluster@1"),
  target: z.enum(["kubernetes", "slurm"]),
  where: text.optional(),
  parts: z.array(
    z.looseObject({
      name: text,
      kind: z.enum(["Deployment", "StatefulSet", "LeaderWorkerSet"]).optional(),
      engines: z
        .array(
          z.looseObject({
            name: text,
            deployment,
            port: z.int().min(1).max(65_535),
            readyPath: text,
          }),
        )
        .min(1),
      status: z.enum(["starting", "ready", "departed"]),
    }),
  ),
  things: z.array(
    z.looseObject({
      name: text,
      comment: text.optional(),
      job: z.string().regex(/^\d+$/).optional(),
      isSettled: z.boolean(),
    }),
  ),
});

/** What the state file of a cluster says. Throws an InputError where it is none. */
export function readClusterState(file: string, content: string): ClusterState {
  const value = parseJson(file, content);
  const result = checkSchema(state, value);
  if (result.success) {
    return value as ClusterState;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file }, "expected a berth/launch-cluster@1 document")
    : schemaProblem(file, value, issue);
}
