import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { endpointsOf } from "../../packages/core/src/deploy/endpoints-of.ts";
import { listRouters } from "../../packages/core/src/deploy/routers/registry.ts";
import { renderRouter } from "../../packages/core/src/deploy/routers/render-router.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import { fourOnOne, twelveCards } from "../fixtures/deploy-plans.ts";

const BUNDLES = [
  {
    name: "twelve-cards",
    target: "trtllm-serve",
    plan: twelveCards("tensorrt-llm"),
    aliases: [{ name: "gpt-4o", model: "llama-3b" }],
  },
  { name: "twelve-cards", target: "triton-engine", plan: twelveCards("tensorrt-llm-engine") },
  {
    name: "four-on-one",
    target: "trtllm-serve",
    plan: fourOnOne("tensorrt-llm"),
    aliases: [{ name: 'le "chat"', model: "chat" }],
  },
  { name: "four-on-one", target: "triton-engine", plan: fourOnOne("tensorrt-llm-engine") },
] as const satisfies readonly { readonly target: TargetId; readonly [key: string]: unknown }[];

const CASES = BUNDLES.flatMap((bundle) => listRouters().map(({ id: router }) => ({ ...bundle, router })));

describe.each(CASES)("$router before $target of $name", ({ router, name, target, plan, ...more }) => {
  const aliases = "aliases" in more ? more.aliases : [];
  const result = renderRouter(plan, endpointsOf(plan, target), { id: router, aliases });
  const files = result.ok
    ? result.artifacts
    : [{ path: "router/refused.txt", text: `${result.refusals.map(({ text }) => text).join("\n")}\n` }];

  test.each(files.map(({ path, text }) => ({ path, text })))("$path", async ({ path, text }) => {
    const place = path.replace("router/", `${name}/${target}.${router}/`);
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(place, import.meta.url)));
  });
});
