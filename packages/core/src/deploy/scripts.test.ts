import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  fourEngines,
  fourOnOne,
  oneFamily,
  oneOverTwoHosts,
  planFor,
  twelveCards,
  twoHosts,
} from "../../../../test/fixtures/deploy-plans.ts";
import { shellShape } from "../../../../test/support/shell-shape.ts";
import { testWith } from "../../../../test/support/tools.ts";
import type { PlanDocument } from "../documents/plan-document.ts";
import type { EngineId } from "../engine/engine.ts";
import type { Artifact } from "./artifact.ts";
import { endpointsOf } from "./endpoints-of.ts";
import { renderDeployment } from "./render.ts";
import { type RenderOptions, TRITON_MODES } from "./render-options.ts";
import { listRouters } from "./routers/registry.ts";
import { renderRouter } from "./routers/render-router.ts";
import { listTargets } from "./targets/registry.ts";
import type { TargetId } from "./targets/target-id.ts";

const SHELLCHECK = "shellcheck";

const ENGINES: readonly EngineId[] = [
  "tensorrt-llm",
  "tensorrt-llm-engine",
  "vllm",
  "sglang",
  "llama.cpp",
];

/** One card shared, twelve of two kinds, one model over hosts, replicas on hosts: what a target refuses gives no files. */
const PLANS: readonly PlanDocument[] = [
  ...ENGINES.flatMap((engine) => [
    twelveCards(engine),
    fourOnOne(engine),
    twoHosts(engine),
    oneOverTwoHosts(engine),
    oneFamily(engine),
  ]),
  fourEngines(),
];

/** On one host and on several: that is all that a router's scripts differ by. */
const ROUTED: readonly PlanDocument[] = [fourEngines(), ...ENGINES.map(oneFamily)];

/** Every mode of Triton where there are some, and every router. */
function bundlesOf(target: TargetId): readonly Artifact[] {
  const modes = target.startsWith("triton") ? TRITON_MODES : [];
  const options = [{}, ...modes.map((tritonMode) => ({ tritonMode }))];
  const routed = listRouters().map(({ id }) => ({ router: { id } }));
  return [
    ...PLANS.flatMap((plan) => options.flatMap((each) => bundle(plan, target, each))),
    ...ROUTED.flatMap((plan) => routed.flatMap((each) => bundle(plan, target, each))),
  ];
}

/** All files of a bundle with its router, as `berth render` writes them. */
function bundle(plan: PlanDocument, target: TargetId, options: RenderOptions): readonly Artifact[] {
  const servers = renderDeployment(plan, target, options);
  if (!servers.ok) {
    return [];
  }
  const routed =
    options.router === undefined
      ? undefined
      : renderRouter(plan, endpointsOf(plan, target, { options }), options.router);
  return [...servers.artifacts, ...(routed?.ok ? routed.artifacts : [])];
}

/** Scripts that differ in words alone are one: another name, card or port. */
function scriptsOf(target: TargetId): readonly Artifact[] {
  const all = bundlesOf(target).filter(
    ({ isExecutable, path }) => isExecutable || path.endsWith(".sh"),
  );
  const distinct = [...new Map(all.map((file) => [file.text, file])).values()];
  return [...new Map(distinct.map((file) => [shellShape(file.text).join("\n"), file])).values()];
}

test("every target takes the plan that tests have for it", () => {
  for (const { id: target } of listTargets()) {
    expect([target, renderDeployment(planFor(target), target).ok]).toEqual([target, true]);
  }
});

const SCRIPTS = listTargets().map(({ id: target }) => ({ target, scripts: scriptsOf(target) }));

test("the sweep has the scripts of every mode and every router", () => {
  const paths = SCRIPTS.flatMap(({ scripts }) => scripts.map(({ path }) => path.split("/").at(-1)));
  expect([...new Set(paths)].toSorted()).toEqual(
    expect.arrayContaining([
      "build.sh",
      "check-models.sh",
      "fetch-templates.sh",
      "install.sh",
      "job.sh",
      "load-models.sh",
      "start-all.sh",
      "start-openai.sh",
      "start.sh",
      "submit-all.sh",
      "wait-ready.sh",
    ]),
  );
});

describe.each(SCRIPTS.filter(({ scripts }) => scripts.length > 0))(
  "scripts of $target",
  ({ scripts }) => {
    const folder = mkdtempSync(join(tmpdir(), "berth-scripts-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const files = scripts.map(({ path, text }, at) => {
      const file = join(folder, `${at}-${path.replaceAll("/", "-")}`);
      writeFileSync(file, text);
      return file;
    });

    test("are shell", () => {
      for (const [at, { text }] of scripts.entries()) {
        const shell = text.startsWith("#!/bin/bash") ? "bash" : "sh";
        const ran = spawnSync(shell, ["-n", files[at] ?? ""], { encoding: "utf8" });
        expect(ran).toMatchObject({ status: 0, stderr: "" });
      }
    });

    testWith("shellcheck", "shellcheck has nothing to say", () => {
      const ran = spawnSync(SHELLCHECK, files, { encoding: "utf8" });
      expect(ran).toMatchObject({ status: 0, stdout: "", stderr: "" });
    });
  },
);
