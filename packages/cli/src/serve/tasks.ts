import { readPlanDocument } from "@berth/core";
import { renderBundle } from "@berth/core/bundle";
import type { RouterChoice } from "@berth/core/routers";
import type { VerifyDocument } from "@berth/core/verify";
import { type Flags, flagsOf } from "../args/flags.ts";
import { compareMeasured } from "../commands/compare-measured.ts";
import { renderOptions } from "../commands/render-options.ts";
import { routerChoice } from "../commands/router-choice.ts";
import { targetNamed } from "../commands/target-named.ts";
import { engineSource } from "../io/engine-source.ts";
import type { RenderedFiles } from "./api.ts";
import {
  type RenderBody,
  readModelBody,
  readPlanBody,
  readRenderBody,
  readVerifyBody,
} from "./bodies.ts";
import { realInside } from "./inside-folder.ts";
import { modelFiles } from "./model-files.ts";
import { planServed } from "./plan-served.ts";
import { Refusal } from "./refusal.ts";
import { type ServedPlace, servedTerminal } from "./served-place.ts";

/** What takes long enough to be done apart from the thread that answers. */
export type TaskKind = "plan" | "render" | "verify" | "model";

/** The document that answers a request's body. Throws an InputError, a Refusal or a ToolError for what can't be done. */
export async function runTask(
  kind: TaskKind,
  body: string,
  place: ServedPlace,
  signal: AbortSignal,
): Promise<unknown> {
  switch (kind) {
    case "plan":
      return planServed(readPlanBody(body), place, signal);
    case "render":
      return rendered(readRenderBody(body));
    case "verify":
      return verified(body, place);
    case "model":
      return modelFiles(readModelBody(body), place);
  }
}

/** What messages call a plan that was sent. */
const PLAN = "plan";

function rendered(body: RenderBody): RenderedFiles {
  const { target, router, options: { kubernetes, ...options } = {} } = body;
  const flags = flagsOf(
    new Map([
      ...flagsFrom("", { ...options, target, router: router?.id }),
      ...flagsFrom("kube-", kubernetes ?? {}),
    ]),
  );
  const wish = {
    target: target === undefined ? undefined : targetNamed(target),
    options: renderOptions(flags),
    router: routerOf(flags, router?.aliases),
  };
  const plan = readPlanDocument(PLAN, JSON.stringify(body.plan));
  const bundle = renderBundle(plan, wish);
  if (!bundle.ok) {
    const { reasons } = bundle;
    throw new Refusal("refused", `not rendered: ${reasons.join("; ")}`, reasons);
  }
  return {
    schema: "berth/files@1",
    targets: bundle.targets,
    files: bundle.artifacts.map(({ path, text, isExecutable }) => ({
      path,
      text,
      executable: isExecutable,
    })),
  };
}

/** "firstPort" → "first-port": the flags that the command would be given. */
function flagsFrom(
  prefix: string,
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const isGiven = value !== undefined && value !== false;
    return isGiven ? [[`${prefix}${name}`, [String(value)]] as const] : [];
  });
}

function routerOf(
  flags: Flags,
  aliases: NonNullable<RenderBody["router"]>["aliases"],
): RouterChoice | undefined {
  const choice = routerChoice(flags);
  return choice === undefined || aliases === undefined ? choice : { ...choice, aliases };
}

async function verified(body: string, place: ServedPlace): Promise<VerifyDocument> {
  const { plan: sent, logs = [], inventory = logs.length === 0 } = readVerifyBody(body);
  const plan = readPlanDocument(PLAN, JSON.stringify(sent));
  for (const log of logs) {
    const { place: file } = engineSource("log", log, plan.deployments);
    await realInside(place, file, file);
  }
  const sources = inventory ? place.sources : [];
  return compareMeasured(plan, { logs, metrics: [], sources }, servedTerminal(place));
}
