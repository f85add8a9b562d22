import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "./fixtures.ts";
import { berth, type Ended, folderWith, oneSentence } from "./run-berth.ts";

let plan = "";
beforeAll(async () => {
  const cwd = folderWith({ "fleet.yaml": ONE_MODEL_FLEET });
  plan = (await berth(["plan", "fleet.yaml", "--json"], { cwd })).stdout;
});

const render = (cwd: string, ...more: readonly string[]): Promise<Ended> =>
  berth(["render", "plan.json", "--out", "out", ...more], { cwd });

test("--router list names the routers", async () => {
  const json = await berth(["render", "--router", "list", "--json"]);
  expect(JSON.parse(json.stdout).routers.map(({ id }: { id: string }) => id)).toEqual([
    "litellm",
    "haproxy",
    "nginx",
    "llama-swap",
    "envoy-ai-gateway",
  ]);
});

test("a bundle says where its endpoint is; without a router nothing of it is there", async () => {
  const cwd = folderWith({ "plan.json": plan });
  await render(cwd);
  const readme = readFileSync(join(cwd, "out/README.md"), "utf8");
  expect(existsSync(join(cwd, "out/router"))).toBe(false);
  expect((await render(cwd, "--router", "haproxy", "--alias", "a=b=chat")).code).toBe(0);
  expect(readFileSync(join(cwd, "out/README.md"), "utf8")).toMatch(/## One endpoint\n/);
  expect(readFileSync(join(cwd, "out/router/haproxy.cfg"), "utf8")).toContain('-- "a=b"\n');
  await render(cwd);
  expect(readFileSync(join(cwd, "out/README.md"), "utf8")).toBe(readme);
  expect(existsSync(join(cwd, "out/router"))).toBe(false);
});

test.each([
  { flags: ["--router", "traefik"], says: /^--router: expected litellm or haproxy/ },
  { flags: ["--alias", "a=chat"], says: /--alias is a router's/ },
  { flags: ["--router", "nginx", "--alias", "chat"], says: /--alias: expected NAME=MODEL/ },
])("$flags is bad usage", async ({ flags, says }) => {
  const cwd = folderWith({ "plan.json": plan });
  const run = await render(cwd, ...flags);
  expect(run.code).toBe(2);
  expect(oneSentence(run)).toMatch(says);
});

test("an alias of a model that is not served is a no, with the reason", async () => {
  const cwd = folderWith({ "plan.json": plan });
  const run = await render(cwd, "--router", "nginx", "--alias", "a=other");
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('nginx: the alias "a" is for "other", and no such model is served');
  expect(existsSync(join(cwd, "out"))).toBe(false);
});
