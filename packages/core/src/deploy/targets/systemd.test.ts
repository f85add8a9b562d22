import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fourEngines, fourOnOne, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import { hostileText } from "../../../../../test/support/hostile-text.ts";
import {
  removeBundles,
  renderBundle,
  writeBundle,
} from "../../../../../test/support/run-bundle.ts";
import { describeWith } from "../../../../../test/support/tools.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";

removeBundles();

/** From the system, where it is installed; no dependency of ours. */
const SYSTEMD_ANALYZE = "systemd-analyze";

function files(plan: PlanDocument): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "systemd");
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

/** Keys of a unit with their values, as systemd splits lines; a key may come again. */
function readUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const read = new Map<string, string[]>();
  for (const line of text.split("\n").filter((each) => /^[A-Za-z]+=/.test(each))) {
    const at = line.indexOf("=");
    const key = line.slice(0, at);
    read.set(key, [...(read.get(key) ?? []), line.slice(at + 1)]);
  }
  return read;
}

test("a unit on a shared card starts after the ready ones before it, and needs them", () => {
  const coder = readUnit(files(fourEngines()).get("units/berth-coder.service") ?? "");
  expect(coder.get("After")).toEqual(["network-online.target berth-chat.service"]);
  expect(coder.get("Requires")).toEqual(["berth-chat.service"]);
  expect(coder.get("ExecStartPost")).toEqual(["/bin/sh /opt/berth/wait-ready.sh 30002 /health"]);
  expect(coder.get("KillMode")).toEqual(["mixed"]);
  expect(coder.get("TimeoutStartSec")).toEqual(["1800"]);
  const chat = readUnit(files(fourEngines()).get("units/berth-chat.service") ?? "");
  expect(chat.has("Requires")).toBe(false);
  expect(chat.get("EnvironmentFile")).toEqual(["-/etc/berth/berth.env"]);
});

test("the target wants every service", () => {
  const all = readUnit(files(fourOnOne("vllm")).get("units/berth.target") ?? "");
  expect(all.get("Wants")?.[0]?.split(" ")).toEqual([
    "berth-chat.service",
    "berth-chat-long.service",
    "berth-coder.service",
    "berth-Ecrivain-d-ete.service",
  ]);
});

test("the environment file holds comments only", () => {
  const lines = (files(twelveCards("tensorrt-llm")).get("berth.env") ?? "").trim().split("\n");
  expect(lines.filter((line) => !line.startsWith("#"))).toEqual([]);
  expect(lines).toContain("# MODEL_PATH_QWEN_7B=/path/on/this/host");
});

test("install.sh puts everything in its place, keeps the variables, and removes what is no longer there", () => {
  const it = renderBundle(fourOnOne("tensorrt-llm"), "systemd");
  const root = join(it.folder, "root");
  const environment = { BERTH_ROOT: root };
  expect(it.run("install.sh", environment)).toMatchObject({ code: 0, err: "" });
  const units = join(root, "etc/systemd/system");
  expect(readdirSync(units)).toContain("berth-coder.service");
  expect(existsSync(join(root, "opt/berth/start/coder.sh"))).toBe(true);
  expect(existsSync(join(root, "opt/berth/config/coder.yaml"))).toBe(true);
  const variables = join(root, "etc/berth/berth.env");
  expect(statSync(variables).mode & 0o077).toBe(0);
  writeFileSync(variables, "BERTH_HOST=0.0.0.0\n");
  writeFileSync(join(units, "berth-mine.service"), "");
  const next = renderBundle(
    {
      ...fourOnOne("tensorrt-llm"),
      deployments: fourOnOne("tensorrt-llm").deployments.slice(0, 1),
    },
    "systemd",
  );
  expect(next.run("install.sh", environment).code).toBe(0);
  expect(readdirSync(units).toSorted()).toEqual([
    "berth-chat.service",
    "berth-mine.service",
    "berth.target",
  ]);
  expect(readdirSync(join(root, "opt/berth/start"))).toEqual(["chat.sh"]);
  expect(readFileSync(variables, "utf8")).toBe("BERTH_HOST=0.0.0.0\n");
});

test("wait-ready.sh returns when the server answers", () => {
  const it = renderBundle(fourOnOne("tensorrt-llm"), "systemd");
  it.program("curl", 'echo "$*" >>"$FOLDER/asked"; [ "$(wc -l <"$FOLDER/asked")" -ge 2 ]');
  const ran = spawnSync("/bin/sh", [join(it.folder, "bundle/wait-ready.sh"), "8003", "/health"], {
    env: { PATH: `${it.programs}:/usr/bin:/bin`, FOLDER: it.folder, BERTH_HOST: "0.0.0.0" },
  });
  expect(ran.status).toBe(0);
  expect(it.read("asked").match(/http:\S+/g)).toEqual([
    "http://127.0.0.1:8003/health",
    "http://127.0.0.1:8003/health",
  ]);
});

const hostilePlan = fc
  .record({
    models: fc.uniqueArray(hostileText, { minLength: 4, maxLength: 4 }),
    host: hostileText,
  })
  .map(({ models, host }) => {
    const plan = fourOnOne("vllm");
    return {
      ...plan,
      hosts: plan.hosts.map((each) => ({ ...each, name: host })),
      gpus: plan.gpus.map((gpu) => ({ ...gpu, host })),
      deployments: plan.deployments.map((each, at) => ({
        ...each,
        model: models[at] ?? "",
        source: models[3 - at] ?? "",
      })),
    };
  });

test("whatever the names are, a unit keeps its lines and its keys", () => {
  const keys = (text: string): readonly string[] => [...readUnit(text).keys()];
  const expected = new Set(keys(files(fourOnOne("vllm")).get("units/berth-coder.service") ?? ""));
  fc.assert(
    fc.property(hostilePlan, (plan) => {
      const units = [...files(plan)].filter(([path]) => path.endsWith(".service"));
      expect(units).toHaveLength(4);
      for (const [path, text] of units) {
        expect(path).toMatch(/^units\/berth-[A-Za-z0-9._-]+\.service$/);
        expect(keys(text).filter((key) => !expected.has(key))).toEqual([]);
        expect(
          text.split("\n").every((line) => line === "" || /^(#|\[|[A-Za-z]+=)/.test(line)),
        ).toBe(true);
        const [description = ""] = readUnit(text).get("Description") ?? [];
        expect(description.replaceAll("%%", "")).not.toContain("%");
      }
    }),
    { numRuns: 60 },
  );
});

describeWith("systemd-analyze", "systemd-analyze verify", () => {
  /** Units that the verified ones name and a bare machine may not have. */
  function verify(folder: string): { readonly status: number | null; readonly err: string } {
    const units = join(folder, "bundle/units");
    const empty = join(folder, "none");
    mkdirSync(empty, { recursive: true });
    const { status, stderr } = spawnSync(
      SYSTEMD_ANALYZE,
      ["verify", "--man=no", ...readdirSync(units).map((name) => join(units, name))],
      {
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", SYSTEMD_UNIT_PATH: `${units}:` },
      },
    );
    return { status, err: stderr };
  }

  test.each([
    { name: "four engines", plan: fourEngines() },
    { name: "four on one", plan: fourOnOne("tensorrt-llm") },
    { name: "twelve cards", plan: twelveCards("vllm") },
    { name: "a Triton for each TensorRT engine", plan: fourOnOne("tensorrt-llm-engine") },
    { name: "a Triton over two cards", plan: twelveCards("tensorrt-llm-engine") },
  ])("has nothing to say on $name", ({ plan }) => {
    expect(verify(renderBundle(plan, "systemd").folder)).toEqual({ status: 0, err: "" });
  });

  test("has nothing to say on hostile names", () => {
    fc.assert(
      fc.property(hostilePlan, (plan) => {
        const result = renderDeployment(plan, "systemd");
        expect(verify(writeBundle(result.ok ? result.artifacts : []).folder)).toEqual({
          status: 0,
          err: "",
        });
      }),
      { numRuns: 8 },
    );
  });
});
