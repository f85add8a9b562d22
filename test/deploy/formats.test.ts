import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Artifact } from "../../packages/core/src/deploy/artifact.ts";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import { TRITON_MODES } from "../../packages/core/src/deploy/render-options.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { fourOnOne, oneFamily, twelveCards, twoOnOne } from "../fixtures/deploy-plans.ts";
import { LLM_ARGS_SCHEMA, MODEL_YAML_SCHEMA } from "../support/llm-args-schema.ts";
import { modelConfigProblems, modelConfigProto } from "../support/model-config.ts";
import { readPbtxt } from "../support/read-pbtxt.ts";
import { testWith } from "../support/tools.ts";

/** From the system; no dependency of ours. */
const PROTOC = "protoc";

const PLANS = [twelveCards, fourOnOne, oneFamily, twoOnOne];

function filesOf(target: TargetId, plans: readonly PlanDocument[]): readonly Artifact[] {
  return plans.flatMap((plan) =>
    [undefined, ...TRITON_MODES].flatMap((tritonMode) =>
      [false, true].flatMap((tritonBls) => {
        const options = { tritonBls, ...(tritonMode === undefined ? {} : { tritonMode }) };
        const result = renderDeployment(plan, target, options);
        return result.ok ? result.artifacts : [];
      }),
    ),
  );
}

describe("config.pbtxt", () => {
  const configs = [
    ...filesOf(
      "triton-engine",
      PLANS.map((plan) => plan("tensorrt-llm-engine")),
    ),
    ...filesOf(
      "systemd",
      PLANS.map((plan) => plan("tensorrt-llm-engine")),
    ),
    ...filesOf(
      "triton-llmapi",
      PLANS.map((plan) => plan("tensorrt-llm")),
    ),
  ].filter(({ path }) => path.endsWith(".pbtxt"));
  const texts = [...new Set(configs.map(({ text }) => text))];

  const folder = mkdtempSync(join(tmpdir(), "berth-proto-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "model_config.proto"), modelConfigProto());
  const protoc = (text: string): { readonly status: number | null; readonly stderr: string } =>
    spawnSync(PROTOC, [`-I${folder}`, "--encode=ModelConfig", "model_config.proto"], {
      input: text,
      encoding: "utf8",
    });

  test("has fields of Triton's ModelConfig only, each with its type", () => {
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) {
      expect(modelConfigProblems(readPbtxt(text))).toEqual([]);
    }
  });

  testWith("protoc", "protoc takes every one", () => {
    for (const text of texts) {
      expect(protoc(text)).toMatchObject({ status: 0, stderr: "" });
    }
  });

  const WRONG = [
    { what: "an unknown field", text: 'name: "a"\nmax_batch: 1\n' },
    { what: "an unknown field further in", text: 'name: "a"\ninput [ { nane: "x" } ]\n' },
    { what: "an unknown enum value", text: 'name: "a"\ninput [ { data_type: TYPE_INT33 } ]\n' },
    { what: "a word for a number", text: 'name: "a"\nmax_batch_size: many\n' },
    { what: "a number for a text", text: "name: 7\n" },
    {
      what: "a text for a truth",
      text: 'name: "a"\nmodel_transaction_policy { decoupled: "no" }\n',
    },
    { what: "a field twice", text: 'name: "a"\nname: "b"\n' },
    {
      what: "a negative size",
      text: 'name: "a"\ndynamic_batching { max_queue_delay_microseconds: -1 }\n',
    },
    { what: "a place that was not filled", text: 'name: "a"\nmax_batch_size: $' + "{x}\n" },
    { what: "a message that does not end", text: 'name: "a"\ndynamic_batching {\n' },
    { what: "a text that does not end", text: 'name: "a\n' },
  ];
  const isRefused = (text: string): boolean => {
    try {
      return modelConfigProblems(readPbtxt(text)).length > 0;
    } catch {
      return true;
    }
  };

  test.each(WRONG)("$what is refused", ({ text }) => {
    expect(isRefused(text)).toBe(true);
  });

  testWith("protoc", "protoc refuses the same, so that both mean the same", () => {
    for (const { text } of WRONG) {
      expect(protoc(text).status).not.toBe(0);
    }
  });

  test("a config without a name is refused, which protoc would take", () => {
    expect(modelConfigProblems(readPbtxt("max_batch_size: 1\n"))).toEqual(["name: missing"]);
  });
});

describe("LlmArgs", () => {
  const ajv = new Ajv({ allErrors: true });
  const plans = PLANS.map((plan) => plan("tensorrt-llm"));

  test.each([
    { target: "trtllm-serve", file: /(^|\/)config\/[^/]+\.yaml$/, schema: LLM_ARGS_SCHEMA },
    { target: "triton-llmapi", file: /\/1\/model\.yaml$/, schema: MODEL_YAML_SCHEMA },
  ] as const)("of $target have keys that TensorRT-LLM knows, and no other", (each) => {
    const isRight = ajv.compile(each.schema);
    const files = filesOf(each.target, plans).filter(({ path }) => each.file.test(path));
    expect(files.length).toBeGreaterThan(8);
    for (const { text } of files) {
      isRight(parse(text));
      expect(isRight.errors).toBeNull();
      expect(isRight({ ...parse(text), max_batchsize: 1 })).toBe(false);
    }
  });
});
