import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { fourOnOne, twelveCards } from "../../../../test/fixtures/deploy-plans.ts";
import { type Bundle, writeBundle } from "../../../../test/support/run-bundle.ts";
import type { PlanDocument } from "../documents/plan-document.ts";
import { renderDeployment } from "./render.ts";
import type { TargetId } from "./targets/registry.ts";
import type { RenderOptions } from "./targets/target.ts";

/** From the system, where it is installed; no dependency of ours. */
const SHELLCHECK = "shellcheck";

const open: Bundle[] = [];

afterEach(() => {
  for (const bundle of open.splice(0)) {
    bundle.remove();
  }
});

function bundle(plan: PlanDocument, target: TargetId, options: RenderOptions = {}): Bundle {
  const result = renderDeployment(plan, target, options);
  const made = writeBundle(result.ok ? result.artifacts : []);
  open.push(made);
  return made;
}

describe.each([
  { target: "trtllm-serve", plan: twelveCards("tensorrt-llm") },
  { target: "trtllm-serve", plan: fourOnOne("tensorrt-llm") },
  { target: "triton-engine", plan: twelveCards("tensorrt-llm-engine") },
  { target: "triton-engine", plan: fourOnOne("tensorrt-llm-engine") },
] as const)("scripts of $target", ({ target, plan }) => {
  const result = renderDeployment(plan, target);
  const scripts = (result.ok ? result.artifacts : []).filter(({ isExecutable }) => isExecutable);

  test.each(scripts)("$path is shell", ({ text }) => {
    expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  const hasShellcheck = spawnSync(SHELLCHECK, ["--version"]).status === 0;
  test.skipIf(!hasShellcheck)("shellcheck has nothing to say", () => {
    for (const { text } of scripts) {
      const { stdout } = spawnSync(SHELLCHECK, ["-"], { input: text, encoding: "utf8" });
      expect(stdout).toBe("");
    }
  });
});

/** A server that says what it was started with and a curl that finds it by its port's file. */
function standIns({ program }: Bundle): void {
  program(
    "trtllm-serve",
    [
      'while [ "$1" != --port ]; do shift; done',
      "port=$2",
      'echo "start $port $CUDA_VISIBLE_DEVICES" >>"$FOLDER/events"',
      `trap 'rm -f "$FOLDER/up-$port"; echo "stop $port" >>"$FOLDER/events"; exit 0' TERM`,
      'if [ "$port" = "$BROKEN" ]; then exit 3; fi',
      "sleep 0.2",
      'echo "ready $port" >>"$FOLDER/events"',
      ': >"$FOLDER/up-$port"',
      // One that ends by itself stands for Ctrl-C: start-all returns when all have ended.
      'if [ -n "$STAY" ]; then while :; do sleep 0.1; done; fi',
      'while [ ! -f "$FOLDER/up-$LAST" ]; do sleep 0.1; done',
    ].join("\n"),
  );
  program(
    "curl",
    'for url; do :; done\n[ -f "$FOLDER/up-$(echo "$url" | tr -dc "0-9\\n" | tail -c 5)" ]',
  );
}

describe("start-all.sh", () => {
  const plan = fourOnOne("tensorrt-llm");
  const quiet = { BROKEN: "", STAY: "", LAST: "", MODEL_PATH_ECRIVAIN_D_ETE: "/c" };

  test("starts one server after the other has answered", () => {
    const it = bundle(plan, "trtllm-serve");
    standIns(it);
    const ran = it.run("start-all.sh", { ...quiet, LAST: "8003" });
    expect(ran.err).toBe("");
    expect(ran.code).toBe(0);
    const events = it.read("events").match(/(start|ready) \d+/g);
    expect(events).toEqual([
      "start 8000",
      "ready 8000",
      "start 8001",
      "ready 8001",
      "start 8002",
      "ready 8002",
      "start 8003",
      "ready 8003",
    ]);
    expect(ran.out).toContain("all servers are ready");
  });

  test("stops what it started, newest first, when one ends early", () => {
    const it = bundle(plan, "trtllm-serve");
    standIns(it);
    const ran = it.run("start-all.sh", { ...quiet, STAY: "1", BROKEN: "8002" });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("coder ended before it was ready; see the end of");
    expect(it.read("events").match(/stop \d+/g)).toEqual(["stop 8001", "stop 8000"]);
  });

  test("gives up after the time that it was given", () => {
    const it = bundle(plan, "trtllm-serve");
    standIns(it);
    it.program("trtllm-serve", "exec sleep 30");
    const ran = it.run("start-all.sh", { BERTH_START_TIMEOUT_S: "1" });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("chat was not ready after 1 s");
  });

  test("does not take a foreign server on its port for its own", () => {
    const it = bundle(plan, "trtllm-serve");
    standIns(it);
    writeFileSync(join(it.folder, "up-8000"), "");
    const ran = it.run("start-all.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("port 8000 answers already");
  });

  test("a model that must be converted first says so", () => {
    const it = bundle(plan, "trtllm-serve");
    const ran = it.run("start/Ecrivain-d-ete.sh");
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("set MODEL_PATH_ECRIVAIN_D_ETE to a checkpoint in fp8");
  });
});

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
    it.remove();
    const made = bundle({ ...plan, deployments: models }, "triton-engine", {
      modelsFolder: join(it.folder, "models"),
      enginesFolder: join(it.folder, "engines"),
    });
    open.push(it);
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
    const it = bundle(fourOnOne("tensorrt-llm-engine"), "triton-engine", {
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
    const it = bundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
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
    const it = bundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
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
    const it = bundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
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
    const it = bundle(fourOnOne("tensorrt-llm-engine"), "triton-engine");
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
