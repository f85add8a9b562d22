import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  fourEngines,
  fourOnOne,
  oneOverTwoHosts,
  twelveCards,
  twoHosts,
} from "../../../../test/fixtures/deploy-plans.ts";
import { testWith } from "../../../../test/support/tools.ts";
import { renderDeployment } from "./render.ts";

const SHELLCHECK = "shellcheck";

describe.each([
  { target: "trtllm-serve", plan: twelveCards("tensorrt-llm") },
  { target: "trtllm-serve", plan: twoHosts("tensorrt-llm") },
  { target: "trtllm-serve", plan: fourOnOne("tensorrt-llm") },
  { target: "triton-llmapi", plan: twelveCards("tensorrt-llm") },
  { target: "triton-llmapi", plan: fourOnOne("tensorrt-llm") },
  { target: "triton-engine", plan: twelveCards("tensorrt-llm-engine") },
  { target: "triton-engine", plan: fourOnOne("tensorrt-llm-engine") },
  { target: "vllm", plan: twelveCards("vllm") },
  { target: "vllm", plan: twoHosts("vllm") },
  { target: "sglang", plan: twelveCards("sglang") },
  { target: "sglang", plan: twoHosts("sglang") },
  { target: "compose", plan: fourEngines() },
  { target: "scripts", plan: fourEngines() },
  { target: "systemd", plan: fourEngines() },
  { target: "slurm", plan: fourEngines() },
  { target: "slurm", plan: oneOverTwoHosts("tensorrt-llm") },
  { target: "slurm", plan: oneOverTwoHosts("vllm") },
  { target: "compose", plan: fourOnOne("tensorrt-llm") },
  { target: "llama-cpp", plan: twelveCards("llama.cpp") },
] as const)("scripts of $target", ({ target, plan }) => {
  const result = renderDeployment(plan, target);
  const scripts = (result.ok ? result.artifacts : []).filter(({ isExecutable }) => isExecutable);

  test.each(scripts)("$path is shell", ({ text }) => {
    expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  testWith("shellcheck", "shellcheck has nothing to say", () => {
    for (const { text } of scripts) {
      const ran = spawnSync(SHELLCHECK, ["-"], { input: text, encoding: "utf8" });
      expect(ran).toMatchObject({ status: 0, stdout: "" });
    }
  });
});
