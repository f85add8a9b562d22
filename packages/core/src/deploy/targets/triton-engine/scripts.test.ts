import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fourOnOne, twelveCards } from "../../../../../../test/fixtures/deploy-plans.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
  writeBundle,
} from "../../../../../../test/support/run-bundle.ts";

removeBundles();

/** Tools that note how they were called and leave a config.json as the real ones do. */
function buildTools(it: Bundle, help: string): void {
  const note = 'printf "%s " "$@" >>"$FOLDER/calls"; echo >>"$FOLDER/calls"';
  const output = 'while [ "$1" != --output_dir ]; do shift; done\nmkdir -p "$2"';
  const config = `echo '{"pretrained_config": {"mapping": {"gpus_per_node": 8}}}' >"$2/config.json"`;
  it.program("python3", [note, output, config].join("\n"));
  it.program(
    "trtllm-build",
    [`if [ "$1" = --help ]; then echo '${help}'; exit 0; fi`, note, output, config].join("\n"),
  );
}

describe("build.sh", () => {
  function built(help: string): Bundle {
    const plan = twelveCards("tensorrt-llm-engine");
    const models = plan.deployments.map((each) => ({
      ...each,
      source: each.source.replace(/^\//, ""),
    }));
    const it = writeBundle([]);
    const made = renderBundle({ ...plan, deployments: models }, "triton-engine", {
      modelsFolder: join(it.folder, "models"),
      enginesFolder: join(it.folder, "engines"),
    });
    for (const { source } of models) {
      const file = join(it.folder, "models", source.replaceAll("/", "-"), "config.json");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '{\n  "model_type": "llama",\n  "hidden_size": 1\n}');
    }
    buildTools(made, help);
    return { ...made, read: (path) => (path === "calls" ? made.read(path) : it.read(path)) };
  }

  test("calls the tools once for each checkpoint and engine, and not again", () => {
    const it = built("--gpus_per_node N");
    expect(it.run("build.sh")).toMatchObject({ code: 0, err: "" });
    const calls = it.read("calls").trimEnd().split("\n");
    expect(calls.length).toBe(6);
    expect(calls[0]).toMatch(
      /^\/app\/examples\/models\/core\/llama\/convert_checkpoint.py --model_dir /,
    );
    expect(calls[1]).toMatch(/--max_batch_size 32 --max_num_tokens 4096 .* --gpus_per_node 12 $/);
    expect(calls[2]).toMatch(/^\/app\/examples\/quantization\/quantize.py .* --qformat int4_awq /);
    expect(it.run("build.sh").code).toBe(0);
    expect(it.read("calls").trimEnd().split("\n").length).toBe(6);
  });

  test("changes gpus_per_node in the engine where the tool has no flag for it", () => {
    const it = built("--workers N");
    expect(it.run("build.sh").code).toBe(0);
    expect(it.read("calls")).not.toContain("--gpus_per_node");
    const engine =
      "engines/llama-3b-meta-llama--Llama-3.2-3B-Instruct-trtllm-1.2.1-bf16-kv-bf16-tp2-pp1-sm86-b32-t4096-s8192-k64/config.json";
    expect(JSON.parse(it.read(engine))).toEqual({
      pretrained_config: { mapping: { gpus_per_node: 12 } },
    });
  });

  test("says which files are missing", () => {
    const it = renderBundle(fourOnOne("tensorrt-llm-engine"), "triton-engine", {
      modelsFolder: "/nowhere",
    });
    buildTools(it, "");
    const ran = it.run("build.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("there is no /nowhere/Qwen-Qwen2.5-0.5B-Instruct/config.json");
  });
});

describe("Triton's scripts", () => {
  test("fetch-templates.sh puts model.py where the repository needs it", () => {
    const it = renderBundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
    for (const kind of ["preprocessing", "postprocessing"]) {
      mkdirSync(join(it.folder, "templates", kind, "1"), { recursive: true });
      writeFileSync(join(it.folder, "templates", kind, "1", "model.py"), `# ${kind}\n`);
    }
    const ran = it.run("fetch-templates.sh", { BERTH_TEMPLATES: join(it.folder, "templates") });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(it.read("bundle/repository/postprocessing_writer-3b/1/model.py")).toBe(
      "# postprocessing\n",
    );
    expect(it.run("fetch-templates.sh").code).toBe(1);
  });

  test("start.sh does not start before engines and templates are there", () => {
    const it = renderBundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
    const ran = it.run("start.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("run fetch-templates.sh and build.sh first");
  });

  test.each([
    { environment: {}, address: "127.0.0.1", asked: "http://127.0.0.1:8000/" },
    { environment: { BERTH_HOST: "0.0.0.0" }, address: "0.0.0.0", asked: "http://127.0.0.1:8000/" },
    {
      environment: { BERTH_HOST: "10.0.0.7" },
      address: "10.0.0.7",
      asked: "http://10.0.0.7:8000/",
    },
  ])("Triton listens on $address with $environment", ({ environment, address, asked }) => {
    const it = renderBundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
    it.program("mpirun", 'printf "%s\\n" "$@" >"$FOLDER/words"');
    it.program("curl", 'for url; do :; done\necho "$url" >>"$FOLDER/calls"');
    it.write(
      "bundle/start.sh",
      it.read("bundle/start.sh").replace(/^for file in .*;/m, 'for file in "$0";'),
    );
    expect(it.run("start.sh", environment)).toMatchObject({ code: 0, err: "" });
    const flags = it.read("words").match(/^--(http|grpc|metrics)-address=.*$/gm);
    expect(flags).toEqual(
      ["http", "grpc", "metrics"].map((endpoint) => `--${endpoint}-address=${address}`),
    );
    expect(it.run("load-models.sh", environment).code).toBe(0);
    expect(it.read("calls").split("\n")[0]).toBe(`${asked}v2/health/live`);
  });

  test("load-models.sh loads in order and stops at the first that fails", () => {
    const it = renderBundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
    it.program(
      "curl",
      'for url; do :; done\necho "$url" >>"$FOLDER/calls"\ncase $url in *_coder/load) exit 22 ;; esac',
    );
    const ran = it.run("load-models.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("tensorrt_llm_coder was not loaded");
    const loads = it.read("calls").match(/[^/]+(?=\/load$)/gm);
    expect(loads).toEqual([
      "tensorrt_llm_chat",
      "preprocessing_Qwen2.5-0.5B-Instruct",
      "postprocessing_Qwen2.5-0.5B-Instruct",
      "chat",
      "tensorrt_llm_chat-long",
      "chat-long",
      "tensorrt_llm_coder",
    ]);
  });
});
