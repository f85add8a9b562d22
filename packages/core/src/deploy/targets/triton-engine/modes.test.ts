import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  fourOnOne,
  makePlan,
  oneFamily,
  twelveCards,
} from "../../../../../../test/fixtures/deploy-plans.ts";
import { readPbtxt, triton } from "../../../../../../test/support/read-pbtxt.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
} from "../../../../../../test/support/run-bundle.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { renderDeployment } from "../../render.ts";
import { TRITON_MODES, type TritonMode } from "../../render-options.ts";

removeBundles();

const twelve = twelveCards("tensorrt-llm-engine");
const four = fourOnOne("tensorrt-llm-engine");
const family = oneFamily("tensorrt-llm-engine");

function files(plan: PlanDocument, tritonMode?: TritonMode): ReadonlyMap<string, string> {
  const options = tritonMode === undefined ? {} : { tritonMode };
  const result = renderDeployment(plan, "triton-engine", options);
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

/** Parameters of every engine model, by the path of its config. */
function engines(
  all: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(
    [...all]
      .filter(([path]) => /\/tensorrt_llm_[^/]*\/config\.pbtxt$/.test(path))
      .map(([path, text]) => [path, triton(readPbtxt(text))]),
  );
}

const ranksOf = (script: string): readonly string[] =>
  script
    .slice(script.indexOf("exec mpirun"))
    .split(" : \\\n")
    .map((part) => part.trim());

describe("by default", () => {
  test("one model on a host leads itself, several have an orchestrator", () => {
    expect(files(four).has("start.sh")).toBe(true);
    expect(files(twelve).has("start.sh")).toBe(true);
    expect(files(family).has("hosts/left/start-all.sh")).toBe(true);
    expect(files(family).has("hosts/left/start.sh")).toBe(false);
  });
});

describe("leader: one server a replica", () => {
  const all = files(twelve, "leader");

  test("its repository holds one engine with its own text models and ensemble", () => {
    for (const name of ["llama-3b", "qwen-7b", "mistral-7b-r0", "mistral-7b-r1"]) {
      const folders = [...all.keys()].filter(
        (path) => path.startsWith(`repositories/${name}/`) && path.endsWith("config.pbtxt"),
      );
      expect(folders.length).toBe(4);
    }
    expect(all.has("repositories/mistral-7b-r1/mistral-7b/config.pbtxt")).toBe(true);
  });

  test("a process a card; the first loads everything, the others the engine only", () => {
    for (const { model, gpus, replica } of twelve.deployments) {
      const name = model === "mistral-7b" ? `${model}-r${replica}` : model;
      const script = all.get(`start/${name}.sh`) ?? "";
      const ranks = ranksOf(script);
      expect(ranks.length).toBe(gpus.length);
      for (const [at, rank] of ranks.entries()) {
        expect(rank).toContain("-n 1 /opt/tritonserver/bin/tritonserver");
        expect(rank).toContain(`shm-region-prefix-name=berth_${name}_${at}_`);
        expect(rank.includes(`--load-model=tensorrt_llm_${model}`)).toBe(at > 0);
        expect(rank.includes("--model-control-mode=explicit")).toBe(at > 0);
        expect(rank.match(/--cuda-memory-pool-byte-size=\d:0/g)?.length).toBe(gpus.length);
      }
      expect(script).toContain("unset TRTLLM_ORCHESTRATOR");
      expect(script).toMatch(/^export CUDA_VISIBLE_DEVICES=GPU-/m);
    }
  });

  test("cards are counted among those that the server sees, so that no host is too large", () => {
    const ids = [...engines(all).values()].map((parameters) => parameters.get("gpu_device_ids"));
    expect(ids.toSorted()).toEqual(["0", "0,1", "0,1", "0,1"]);
    expect(all.get("build.sh")).not.toContain("--gpus_per_node 12");
    for (const parameters of engines(all).values()) {
      expect(parameters.has("participant_ids")).toBe(false);
    }
  });

  test("servers of a host have ports of their own and start one after the other", () => {
    const ports = [...all.values()].flatMap((text) =>
      [...text.matchAll(/^ {2}--http-port=(\d+)/gm)].map(([, port]) => Number(port)),
    );
    expect([...new Set(ports)].sort()).toEqual([8000, 8010, 8020, 8030]);
    const starts = [...(all.get("start-all.sh") ?? "").matchAll(/^start (\S+) (\d+) (\S+)$/gm)];
    expect(starts.map(([, name, port, path]) => [name, port, path])).toEqual([
      ["llama-3b", "8000", "/v2/health/ready"],
      ["qwen-7b", "8010", "/v2/health/ready"],
      ["mistral-7b-r0", "8020", "/v2/health/ready"],
      ["mistral-7b-r1", "8030", "/v2/health/ready"],
    ]);
  });

  test("more than 8 ranks are said to the engine", () => {
    const cards = Array<string>(10).fill("rtx-4090");
    const plan = makePlan({
      engine: "tensorrt-llm-engine",
      hosts: [{ name: "big", cards }],
      models: [
        {
          model: "wide",
          pp: 10,
          stageLayers: Array<number>(10).fill(4),
          gpus: cards.map((_, at) => `big:${at}`),
          weightsGib: 4,
          kvTokens: 8192,
          kvBytesPerToken: 1024,
        },
      ],
    });
    expect(files(plan, "leader").get("build.sh")).toContain("--gpus_per_node 10");
  });
});

describe("orchestrator without spawning", () => {
  const all = files(twelve, "orchestrator-no-spawn");

  test("every rank belongs to one card of one instance, none is 0, the world is one more", () => {
    const sets = [...engines(all).values()].map((parameters) => ({
      gpus: parameters.get("gpu_device_ids")?.split(/[,;]/) ?? [],
      ranks: parameters.get("participant_ids")?.split(/[,;]/) ?? [],
      shape: [
        parameters.get("gpu_device_ids")?.replace(/\d+/g, "n"),
        parameters.get("participant_ids")?.replace(/\d+/g, "n"),
      ],
    }));
    for (const { gpus, ranks, shape } of sets) {
      expect(ranks.length).toBe(gpus.length);
      expect(shape[0]).toBe(shape[1]);
    }
    // 2 + 1 + 2 · 2 cards
    expect(sets.flatMap(({ ranks }) => ranks.map(Number)).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(ranksOf(all.get("start.sh") ?? "").length).toBe(8);
    expect(all.get("README.md")).toContain("--disable-spawn-processes --world_size=8");
  });

  test("nothing is spawned, and the workers load every engine", () => {
    const start = all.get("start.sh") ?? "";
    expect(start).toContain("export TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES=0");
    const [first = "", ...workers] = ranksOf(start);
    expect(first).not.toContain("--load-model");
    for (const worker of workers) {
      expect(worker.match(/--load-model=tensorrt_llm_/g)?.length).toBe(3);
    }
    expect(all.get("load-models.sh")).not.toContain("/load");
  });

  test("a card that several models share needs an order, which this mode has not", () => {
    const result = renderDeployment(four, "triton-engine", {
      tritonMode: "orchestrator-no-spawn",
    });
    const refusals = result.ok ? [] : result.refusals;
    expect(refusals.map(({ reason }) => reason.code)).toEqual(["loads-together"]);
    expect(refusals[0]?.text).toContain("use orchestrator or leader");
  });
});

describe("Triton's OpenAI frontend", () => {
  test("is offered where one tokenizer serves all, with the models loaded in order", () => {
    const all = files(family, "orchestrator");
    const script = all.get("hosts/left/start-openai.sh") ?? "";
    expect(script).toContain("--tokenizer /models/Qwen-Qwen2.5-7B-Instruct");
    expect(script).toContain("export TRTLLM_ORCHESTRATOR=1");
    expect(script).toContain("--model-control-mode explicit");
    expect(script).not.toContain("--load-model");
    expect(all.get("README.md")).toContain("`./hosts/right/start-openai.sh`");
  });

  test.each([
    { what: "several tokenizers", plan: four, mode: "orchestrator", why: "have 3 tokenizers" },
    { what: "leaders", plan: family, mode: "leader", why: "with spawned workers only" },
    {
      what: "no room on a card",
      plan: { ...family, gpus: family.gpus.map((gpu) => ({ ...gpu, freeBytes: 639 * 1024 ** 2 })) },
      mode: "orchestrator",
      why: "640 MiB of every card",
    },
  ] as const)("is not offered for $what, and the README says why", ({ plan, mode, why }) => {
    const all = files(plan, mode);
    expect([...all.keys()].filter((path) => path.endsWith("start-openai.sh"))).toEqual([]);
    expect(all.get("README.md")).toContain(why);
  });
});

describe("what runs", () => {
  /** A bundle whose engines and templates are there, with an mpirun that notes its words. */
  function ready(tritonMode: TritonMode): Bundle {
    const enginesFolder = join("/tmp", `berth-none-${process.pid}`);
    const it = renderBundle(twelve, "triton-engine", { tritonMode, enginesFolder });
    it.program("mpirun", 'printf "%s\\n" "$CUDA_VISIBLE_DEVICES" "$@" >"$FOLDER/words"');
    return it;
  }

  test.each(TRITON_MODES)("%s: a server that lacks files says which", (mode) => {
    const ran = ready(mode).run(mode === "leader" ? "start/llama-3b.sh" : "start.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^start: there is no .*config.json; run fetch-templates.sh and build/);
  });

  test("leader: mpirun gets a part a card, with the server's own cards in sight", () => {
    const it = ready("leader");
    const script = it.read("bundle/start/llama-3b.sh");
    const needed = /^for file in (.*); do$/m.exec(script)?.[1]?.split(" ") ?? [];
    it.write("bundle/start/llama-3b.sh", script.replace(needed[0] ?? "", '"$0"'));
    for (const path of needed.slice(1)) {
      const file = join(it.folder, "bundle", path.replace(/^"\$here"\/\.\.\//, ""));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "");
    }
    expect(it.run("start/llama-3b.sh", { TRTLLM_ORCHESTRATOR: "1" })).toMatchObject({
      code: 0,
      err: "",
    });
    const [cards = "", ...words] = it.read("words").trimEnd().split("\n");
    expect(cards.split(",").length).toBe(2);
    expect(words.filter((word) => word === ":").length).toBe(1);
    expect(words.filter((word) => word.endsWith("/repositories/llama-3b")).length).toBe(2);
  });
});
