import { readFileSync } from "node:fs";
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

test("the flags of Kubernetes reach the files", async () => {
  const cwd = folderWith({ "plan.json": plan });
  const flags = [
    ["--kube-cards", "dra"],
    ["--kube-select", "product"],
    ["--kube-models-claim", "models"],
    ["--kube-runtime-class", "nvidia"],
    ["--kube-gateway-class", "eg"],
    ["--kube-sharing", "time-slicing"],
  ].flat();
  expect((await render(cwd, "--target", "kubernetes", ...flags)).code).toBe(0);
  const pods = readFileSync(join(cwd, "out/chat.yaml"), "utf8");
  expect(pods).toContain("kind: ResourceClaimTemplate\n");
  expect(pods).toContain(".productName ==");
  expect(pods).toContain("claimName: models\n");
  expect(pods).toContain("runtimeClassName: nvidia\n");
  expect(readFileSync(join(cwd, "out/gateway/gateway.yaml"), "utf8")).toContain(
    "gatewayClassName: eg\n",
  );
});

test.each([
  {
    flags: ["--kube-cards", "dra"],
    says: "--kube-cards: expected --target kubernetes or dynamo with it",
  },
  {
    flags: ["--target", "dynamo", "--kube-gateway-class", "eg"],
    says: "--kube-gateway-class: expected --target kubernetes with it",
  },
  {
    flags: ["--target", "kubernetes", "--kube-select", "index"],
    says: '--kube-select: expected uuid or product, got "index"',
  },
  {
    flags: ["--target", "kubernetes", "--kube-runtime-class", "a\nb: c"],
    says: '--kube-runtime-class: expected the name of an object (small letters, digits, - and .), got "a\\nb: c"',
  },
])("$flags is bad usage", async ({ flags, says }) => {
  const run = await render(folderWith({ "plan.json": plan }), ...flags);
  expect(run.code).toBe(2);
  expect(oneSentence(run)).toContain(says);
});
