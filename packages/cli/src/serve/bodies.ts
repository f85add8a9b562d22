import { InputError, parseJson, schemaProblem } from "@berth/core";
import type { KubernetesOptions } from "@berth/core/deploy";
import type { Alias } from "@berth/core/routers";
import * as z from "zod";
import type { ModelRequest } from "./api.ts";

export interface SaveBody {
  readonly text: string;
  readonly draft?: boolean | undefined;
}

export interface PlanBody {
  readonly fleet: string;
  readonly inventory?: "live" | object | undefined;
  readonly nodes?: number | undefined;
  readonly seed?: number | undefined;
}

export interface RenderBody {
  readonly plan: object;
  readonly target?: string | undefined;
  readonly router?:
    | { readonly id: string; readonly aliases?: readonly Alias[] | undefined }
    | undefined;
  readonly options?: RenderBodyOptions | undefined;
}

type Texts<Key extends string> = { readonly [key in Key]?: string | undefined };

interface RenderBodyOptions {
  readonly firstPort?: number | undefined;
  readonly tritonMode?: string | undefined;
  readonly tritonBls?: boolean | undefined;
  readonly modelsFolder?: string | undefined;
  readonly enginesFolder?: string | undefined;
  readonly kubernetes?: Texts<keyof KubernetesOptions> | undefined;
}

export interface VerifyBody {
  readonly plan: object;
  readonly logs?: readonly string[] | undefined;
  readonly inventory?: boolean | undefined;
}

/** What messages call what was sent. */
const BODY = "request";

const save: z.ZodType<SaveBody> = z.strictObject({
  text: z.string(),
  draft: z.boolean().optional(),
});

const plan: z.ZodType<PlanBody> = z.strictObject({
  fleet: z.string(),
  inventory: z.union([z.literal("live"), z.looseObject({})]).optional(),
  nodes: z.int().min(1).optional(),
  seed: z.int().min(0).optional(),
});

const kubernetes: z.ZodType<Texts<keyof KubernetesOptions>> = z.strictObject({
  cards: z.string().optional(),
  select: z.string().optional(),
  sharing: z.string().optional(),
  modelsClaim: z.string().optional(),
  runtimeClass: z.string().optional(),
  gatewayClass: z.string().optional(),
});

const render: z.ZodType<RenderBody> = z.strictObject({
  plan: z.looseObject({}),
  target: z.string().optional(),
  router: z
    .strictObject({
      id: z.string(),
      aliases: z.array(z.strictObject({ name: z.string(), model: z.string() })).optional(),
    })
    .optional(),
  options: z
    .strictObject({
      firstPort: z.int().optional(),
      tritonMode: z.string().optional(),
      tritonBls: z.boolean().optional(),
      modelsFolder: z.string().optional(),
      enginesFolder: z.string().optional(),
      kubernetes: kubernetes.optional(),
    })
    .optional(),
});

const verify: z.ZodType<VerifyBody> = z.strictObject({
  plan: z.looseObject({}),
  logs: z.array(z.string()).optional(),
  inventory: z.boolean().optional(),
});

const model: z.ZodType<ModelRequest> = z.strictObject({
  model: z.string().min(1).max(500),
  hub: z.boolean().optional(),
});

/** Each throws an InputError that says what is wrong with the request. */
export const readSaveBody = (json: string): SaveBody => bodyOf(save, json);
export const readPlanBody = (json: string): PlanBody => bodyOf(plan, json);
export const readRenderBody = (json: string): RenderBody => bodyOf(render, json);
export const readVerifyBody = (json: string): VerifyBody => bodyOf(verify, json);

export const readModelBody = (json: string): ModelRequest => bodyOf(model, json);

function bodyOf<T>(schema: z.ZodType<T>, json: string): T {
  const value = parseJson(BODY, json);
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  throw issue === undefined
    ? new InputError({ file: BODY }, "expected what docs/serve.md says")
    : schemaProblem(BODY, value, issue);
}
