// What the examples' own plans become, through the real planner: every router in front of them, and what keeps one
// running. Of each bundle only what a router is: servers' files have plans of their own in deploy.test.ts.
import { fileURLToPath } from "node:url";
import { endpointsOf, renderDeployment, type TargetId } from "@berth/core/deploy";
import { listRouters, renderRouter, type RouterId } from "@berth/core/routers";
import { describe, expect, test } from "vitest";
import { planExample } from "../support/plan-example.ts";

const PLANS = {
  "four-on-one": await planExample("four-on-one.yaml"),
  "mixed-fleet": await planExample("mixed-fleet.yaml"),
  "twelve-cards": await planExample("twelve-cards.yaml"),
} as const;

interface Bundle {
  readonly example: keyof typeof PLANS;
  readonly target: TargetId;
  readonly routers: readonly RouterId[];
}

const ALL = listRouters().map(({ id }) => id);

const BUNDLES: readonly Bundle[] = [
  { example: "mixed-fleet", target: "trtllm-serve", routers: ALL },
  { example: "mixed-fleet", target: "compose", routers: ["haproxy"] },
  { example: "mixed-fleet", target: "systemd", routers: ["nginx"] },
  { example: "four-on-one", target: "triton-engine", routers: ALL },
  { example: "twelve-cards", target: "triton-engine", routers: ["litellm"] },
];

/** Code and pages that are the same whatever the plan is. */
const SAME_FOR_ALL = /(router\.js|install\.sh|README\.md|models\.json)$/;

const CASES = BUNDLES.flatMap(({ routers, ...bundle }) => routers.map((router) => ({ ...bundle, router })));

describe.each(CASES)("$router before $target of $example", ({ example, target, router }) => {
  const plan = PLANS[example];
  const choice = { id: router, aliases: [] };
  const routed = renderRouter(plan, endpointsOf(plan, target), choice);
  const servers = renderDeployment(plan, target, { router: choice });
  const written = [...(routed.ok ? routed.artifacts : []), ...(servers.ok ? servers.artifacts : [])];
  const own = written.filter(({ path }) => path.startsWith("router/") && !SAME_FOR_ALL.test(path));
  const service = written.find(({ path }) => path === "compose.yaml")?.text.split(/(?=^ {2}# One OpenAI endpoint)/m);
  const files = [
    ...own.map(({ path, text }) => ({ path: path.replace("router/", ""), text })),
    ...(service === undefined ? [] : [{ path: "service.yaml", text: service[1] ?? "" }]),
    ...(routed.ok
      ? []
      : [{ path: "refused.txt", text: `${routed.refusals.map(({ text }) => text).join("\n")}\n` }]),
  ];

  test("is written or refused", () => {
    expect(files.length).toBeGreaterThan(0);
    expect(routed.ok || files.length === 1).toBe(true);
  });

  test.each(files)("$path", async ({ path, text }) => {
    const file = `examples/${example}/${target}.${router}/${path}`;
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(file, import.meta.url)));
  });
});
