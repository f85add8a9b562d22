import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { twelveCards } from "../../../../test/fixtures/deploy-plans.ts";
import { hostileText } from "../../../../test/support/hostile-text.ts";
import { readPbtxt, triton } from "../../../../test/support/read-pbtxt.ts";
import type { PlanDocument } from "../documents/plan-document.ts";
import type { Artifact } from "./artifact.ts";
import { renderDeployment } from "./render.ts";
import type { TargetId } from "./targets/target-id.ts";

const VERSIONS = {
  "tensorrt-llm": "1.3.0rc23",
  "tensorrt-llm-engine": "1.2.1",
  vllm: "0.31.0",
  sglang: "0.5.16",
  "llama.cpp": "b10867",
} as const;

/** The twelve-card plan with its texts replaced: names, sources, hosts, cards, versions stay apart. */
function withTexts(
  plan: PlanDocument,
  models: readonly string[],
  sources: readonly string[],
  host: string,
): PlanDocument {
  return {
    ...plan,
    hosts: plan.hosts.map((each) => ({ ...each, name: host })),
    gpus: plan.gpus.map((gpu) => ({ ...gpu, host, uuid: `${host}-${gpu.index}` })),
    deployments: plan.deployments.map((each, at) => ({
      ...each,
      model: models[at] ?? each.model,
      source: sources[at] ?? each.source,
      engine: {
        ...each.engine,
        version: VERSIONS[each.engine.id],
      },
      quantization: "bf16",
    })),
    unplaced: [{ model: host, reasons: [{ code: "x", text: models[0] ?? "" }], remedies: [] }],
    warnings: [...sources],
  };
}

const hostilePlan = fc.record({
  models: fc.uniqueArray(hostileText, { minLength: 3, maxLength: 3 }),
  sources: fc.array(hostileText, { minLength: 3, maxLength: 3 }),
  host: hostileText,
});

function render(plan: PlanDocument, target: TargetId): readonly Artifact[] {
  const result = renderDeployment(plan, target);
  return result.ok ? result.artifacts : [];
}

/** What a script runs, with everything that it starts replaced by a function that prints its words. */
function dryRun(script: string): string[] {
  const text = script.replace(
    /^exec (?:trtllm-serve serve|vllm serve|python3 -m sglang.launch_server|llama-server)/m,
    "print_words",
  );
  const prelude = 'print_words() { printf \'%s\\0\' "$CUDA_VISIBLE_DEVICES" "$@"; }\n';
  const ran = spawnSync("sh", ["-c", prelude + text, "/bin/x.sh"], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin" },
  });
  return ran.stdout.split("\0").slice(0, -1);
}

/** Lone surrogates have no UTF-8 form; U+FFFD stands for them in every file. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\u{fffd}");
}

/** Options whose next word is the name that clients ask for. */
const NAMED_BY: readonly string[] = ["--alias", "--served-model-name"];

describe("whatever the names are", () => {
  const serve = twelveCards("tensorrt-llm");
  const engines = twelveCards("tensorrt-llm-engine");

  test("paths stay inside and are different", () => {
    fc.assert(
      fc.property(hostilePlan, ({ models, sources, host }) => {
        for (const [plan, target] of [
          [serve, "trtllm-serve"],
          [engines, "triton-engine"],
          [twelveCards("vllm"), "vllm"],
        ] as const) {
          const paths = render(withTexts(plan, models, sources, host), target).map(
            ({ path }) => path,
          );
          expect(paths.length).toBeGreaterThan(6);
          expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
          for (const path of paths) {
            expect(path).toMatch(/^(?!\/)[A-Za-z0-9._/-]+$/);
            expect(path.split("/")).not.toContain("..");
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("every script is still one script, and starts what it should with the words that it should", () => {
    fc.assert(
      fc.property(hostilePlan, ({ models, sources, host }) => {
        const artifacts = render(withTexts(serve, models, sources, host), "trtllm-serve");
        const starts = artifacts.filter(({ path }) => path.startsWith("start/"));
        const words = starts.map(({ text }) => dryRun(text));
        for (const at of [0, 1, 2]) {
          const model = wellFormed(models[at] ?? "");
          const mine = words.find((each) => each[5] === `--served_model_name=${model}`);
          expect(mine?.at(-1)).toBe(wellFormed(sources[at] ?? ""));
          expect(mine?.at(-2)).toBe("--");
          expect(mine?.[0]).toContain(`${wellFormed(host)}-`);
        }
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    { target: "vllm", engine: "vllm" },
    { target: "sglang", engine: "sglang" },
    { target: "llama-cpp", engine: "llama.cpp" },
  ] as const)("$target gets the name and the model as they are, as words of their own", (each) => {
    const asked = twelveCards(each.engine);
    fc.assert(
      fc.property(hostilePlan, ({ models, sources, host }) => {
        const names = models.map((name) => name.replaceAll(",", ""));
        fc.pre(new Set(names).size === names.length);
        const files = sources.map((source) => `${source}.gguf`);
        const artifacts = render(withTexts(asked, names, files, host), each.target);
        const starts = artifacts.filter(({ path }) => path.startsWith("start/"));
        const words = starts.map(({ text }) => dryRun(text));
        for (const at of [0, 1, 2]) {
          const name = wellFormed(names[at] ?? "");
          const mine = words.find((line) =>
            line.some(
              (word, i) =>
                word === `--served-model-name=${name}` ||
                (word === name && NAMED_BY.includes(line[i - 1] ?? "")),
            ),
          );
          const source = wellFormed(files[at] ?? "");
          const named = source.startsWith("-") ? `./${source}` : source;
          expect(
            mine?.some((word) => [named, source, `--model-path=${source}`].includes(word)),
          ).toBe(true);
          expect(mine?.[0]).toContain(`${wellFormed(host)}-`);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("scripts parse, YAML and protobuf text read back", () => {
    fc.assert(
      fc.property(hostilePlan, ({ models, sources, host }) => {
        const both = [
          ...render(withTexts(serve, models, sources, host), "trtllm-serve"),
          ...render(withTexts(engines, models, sources, host), "triton-engine"),
        ];
        const scripts = both.filter(({ isExecutable }) => isExecutable);
        for (const { text } of scripts) {
          expect(spawnSync("sh", ["-n"], { input: text }).status).toBe(0);
        }
        const yaml = both.filter(({ path }) => path.endsWith(".yaml"));
        expect(yaml.map(({ text }) => parse(text).max_seq_len)).toEqual(yaml.map(() => 8192));
        const configs = both.filter(({ path }) => path.endsWith("config.pbtxt"));
        expect(configs.map(({ text }) => readPbtxt(text).get("name")?.[0])).toEqual(
          configs.map(({ path }) => path.split("/").at(-2)),
        );
        const folders = both
          .filter(({ path }) => /\/preprocessing_[^/]*\/config/.test(path))
          .map(({ text }) => triton(readPbtxt(text)).get("tokenizer_dir") ?? "");
        const absolute = sources.filter((source) => source.startsWith("/")).map(wellFormed);
        expect(folders).toEqual(expect.arrayContaining(absolute));
      }),
      { numRuns: 10 },
    );
  });
});
