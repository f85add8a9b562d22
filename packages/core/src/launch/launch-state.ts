import * as z from "zod";
import type { PlanDeployment } from "../documents/plan-document.ts";
import { isDeployment } from "../documents/plan-schema.ts";
import { schemaProblem } from "../documents/schema-problem.ts";
import { parseJson } from "../importers/parse-json.ts";
import { checkSchema } from "../report/check-schema.ts";
import { InputError } from "../report/errors.ts";
import type { CardTaken } from "./card-departure.ts";
import type { LaunchUnit } from "./launch-unit.ts";

/** `berth/launch@1`: what Berth started on this host, so that a later call finds it again. */
export interface LaunchState {
  readonly schema: "berth/launch@1";
  /** The plan's name of this host. */
  readonly host: string;
  /** In the order in which they were started. */
  readonly engines: readonly LaunchedEngine[];
}

export interface LaunchedEngine extends LaunchUnit {
  /** Where its output goes. */
  readonly log: string;
  /** On all its processes, or on its container: they can be told from all others, also after Berth was killed. */
  readonly mark: string;
  /** The server that loaded it and that others share; absent where it is one itself. */
  readonly loadedBy?: LoadingServer;
  /** Processes that its server started for it alone; absent where it is one itself. */
  readonly workers?: readonly number[];
  readonly pid?: number;
  readonly startedAt: string;
  /** Ready, and inside the plan's bounds; or ready and left running although it is not. */
  readonly status: "starting" | "ready" | "departed";
  readonly taken?: readonly CardTaken[];
}

/** A server that loads its models one after another. */
export interface LoadingServer {
  readonly mark: string;
  readonly log: string;
}

const text = z.string();
const size = z.int();
const deployment = z.custom<PlanDeployment>(isDeployment, "expected a deployment of a plan");

const start = z.discriminatedUnion("by", [
  z.looseObject({ by: z.literal("script"), script: text, preparation: text.optional() }),
  z.looseObject({ by: z.literal("compose"), file: text, service: text }),
  z.looseObject({
    by: z.literal("load"),
    server: z.looseObject({
      name: text,
      script: text,
      preparation: text.optional(),
      livePath: text,
      version: text,
    }),
    models: z.array(text),
  }),
]);

const engine = z.looseObject({
  name: text,
  deployment,
  alsoStarts: z.array(deployment).optional(),
  logRanks: z.array(z.int().min(0)).optional(),
  start,
  port: z.int().min(1).max(65_535),
  readyPath: text,
  metricsPath: text.optional(),
  log: text,
  mark: text,
  loadedBy: z.looseObject({ mark: text, log: text }).optional(),
  workers: z.array(z.int().min(1)).optional(),
  pid: z.int().min(1).optional(),
  startedAt: text,
  status: z.enum(["starting", "ready", "departed"]),
  taken: z
    .array(
      z.looseObject({
        gpu: text,
        freeBeforeBytes: size,
        freeAfterBytes: size,
        takenBytes: size,
        lowBytes: z.number(),
        highBytes: size,
        verdict: z.enum(["inside", "above", "below"]),
      }),
    )
    .optional(),
});

const state = z.looseObject({
  schema: z.literal("berth/launch@1"),
  host: text,
  engines: z.array(engine),
});

/** What a state file says. Throws an InputError where it is none. */
export function readLaunchState(file: string, content: string): LaunchState {
  const value = parseJson(file, content);
  const result = checkSchema(state, value);
  if (result.success) {
    return value as LaunchState;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file }, "expected a berth/launch@1 document")
    : schemaProblem(file, value, issue);
}
