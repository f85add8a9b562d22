import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fourEngines,
  fourOnOne,
  oneOverTwoHosts,
  twelveCards,
  twoHosts,
} from "../../../../../test/fixtures/deploy-plans.ts";
import { hostileText } from "../../../../../test/support/hostile-text.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
} from "../../../../../test/support/run-bundle.ts";
import type { PlanDocument } from "../../documents/plan-document.ts";
import { renderDeployment } from "../render.ts";

removeBundles();

function files(plan: PlanDocument): ReadonlyMap<string, string> {
  const result = renderDeployment(plan, "slurm");
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

/** Options of a batch script, as sbatch reads them: until the first line that is a command. */
function options(script: string): Readonly<Record<string, string>> {
  const lines = script.split("\n");
  const end = lines.findIndex((line, at) => at > 0 && line !== "" && !line.startsWith("#"));
  const found = lines
    .slice(0, end)
    .flatMap((line) => /^#SBATCH --([a-z-]+)=(.*)$/.exec(line) ?? []);
  return Object.fromEntries(
    Array.from({ length: found.length / 3 }, (_, at) => [found[at * 3 + 1], found[at * 3 + 2]]),
  );
}

describe("jobs", () => {
  test("a model has one of its own, with typed cards", () => {
    const all = files(twelveCards("tensorrt-llm"));
    expect(options(all.get("jobs/llama-3b/job.sh") ?? "")).toEqual({
      "job-name": "berth-llama-3b",
      nodes: "1",
      "ntasks-per-node": "1",
      gres: "gpu:rtx3090:2",
      time: "UNLIMITED",
      output: "%x-%j.log",
    });
    expect(options(all.get("jobs/mistral-7b-r1/job.sh") ?? "")["gres"]).toBe("gpu:rtx4090:2");
  });

  test("models that share cards have one together", () => {
    const paths = [...files(fourOnOne("vllm")).keys()].filter((path) => path.endsWith("job.sh"));
    expect(paths).toEqual(["jobs/chat/job.sh"]);
    const engines = [...files(fourEngines()).keys()].filter((path) => path.endsWith("job.sh"));
    expect(engines).toEqual(["jobs/chat/job.sh", "jobs/long/job.sh"]);
  });

  test("no two servers have one port, since jobs may meet on a node", () => {
    const scripts = [...files(twelveCards("vllm"))].filter(([path]) => path.includes("/start/"));
    const ports = scripts.map(([, text]) => /--port (\d+)/.exec(text)?.[1]);
    expect(new Set(ports).size).toBe(4);
  });

  test("over nodes there is a task a rank for MPI, a task a node otherwise", () => {
    const mpi = files(oneOverTwoHosts("tensorrt-llm")).get("jobs/wide-32b/job.sh") ?? "";
    expect(options(mpi)).toMatchObject({
      nodes: "2",
      "ntasks-per-node": "2",
      gres: "gpu:rtx4090:2",
    });
    expect(mpi).toContain("srun --mpi=pmix --distribution=block ./start/wide-32b.sh\n");
    const vllm = files(oneOverTwoHosts("vllm"));
    expect(options(vllm.get("jobs/wide-32b/job.sh") ?? "")).toMatchObject({
      "ntasks-per-node": "1",
    });
    expect(vllm.get("jobs/wide-32b/nodes/wide-32b-1.sh")).toContain("--node-rank 1");
  });

  test("cards of several kinds need the plan's own host", () => {
    const plan = twelveCards("llama.cpp");
    const deployments = plan.deployments
      .map((each, at) => (at === 0 ? { ...each, gpus: ["box1:7", "box1:8"] } : each))
      .slice(0, 1);
    expect(
      options(files({ ...plan, deployments }).get("jobs/llama-3b/job.sh") ?? ""),
    ).toMatchObject({
      gres: "gpu:rtx3090:1,gpu:rtx4090:1",
      nodelist: "box1",
    });
  });
});

test("what submit-all.sh is told goes to every sbatch, word by word", () => {
  const it = renderBundle(twelveCards("vllm"), "slurm");
  it.program("sbatch", `printf '%s|' "$(basename -- "$PWD")" "$@" >>"$FOLDER/ran"`);
  const ran = spawnSync("sh", [join(it.folder, "bundle", "submit-all.sh"), "--mem=64G", "a b"], {
    encoding: "utf8",
    env: { PATH: `${it.programs}:/usr/bin:/bin`, FOLDER: it.folder },
  });
  expect(ran).toMatchObject({ status: 0, stderr: "" });
  const jobs = ["llama-3b", "qwen-7b", "mistral-7b-r0", "mistral-7b-r1"];
  expect(it.read("ran")).toBe(jobs.map((job) => `${job}|--mem=64G|a b|job.sh|`).join(""));
});

test("over nodes each task keeps the processors that the job was given", () => {
  for (const engine of ["tensorrt-llm", "vllm"] as const) {
    expect(files(oneOverTwoHosts(engine)).get("jobs/wide-32b/job.sh")).toMatch(
      /export SRUN_CPUS_PER_TASK="\$SLURM_CPUS_PER_TASK"; fi\n[\s\S]*exec srun /,
    );
  }
});

describe("a job's scripts", () => {
  /** Engines that print their cards and arguments, and a server that answers at once. */
  function standIns({ program }: Bundle): void {
    for (const name of ["vllm", "trtllm-llmapi-launch", "trtllm-serve"]) {
      program(
        name,
        `printf '%s\\n' "${name} $CUDA_VISIBLE_DEVICES \${BERTH_ADDRESS_LEFT:-} $*" >>"$FOLDER/ran"`,
      );
    }
    program("scontrol", "printf 'n07\\nn09\\n'");
    program(
      "srun",
      `while [ "$1" != "\${1#--}" ]; do shift; done; for SLURM_NODEID in 0 1; do export SLURM_NODEID; "$@"; done`,
    );
  }

  function run(it: Bundle, job: string, cards: string): string {
    standIns(it);
    const ran = spawnSync("bash", [join(it.folder, "bundle", job, "job.sh")], {
      encoding: "utf8",
      env: {
        PATH: `${it.programs}:/usr/bin:/bin`,
        FOLDER: it.folder,
        SLURM_SUBMIT_DIR: join(it.folder, "bundle", job),
        SLURM_JOB_ID: "7",
        SLURM_JOB_NODELIST: "n[07,09]",
        CUDA_VISIBLE_DEVICES: cards,
      },
    });
    expect(ran).toMatchObject({ status: 0 });
    return it.read("ran");
  }

  test("take the cards that Slurm gave, in the order of ranks", () => {
    const plan = twelveCards("vllm");
    const deployments = plan.deployments
      .slice(0, 1)
      .map((each) => ({ ...each, gpus: ["box1:3", "box1:0"] }));
    const it = renderBundle({ ...plan, deployments }, "slurm");
    expect(run(it, "jobs/llama-3b", "4,6")).toMatch(/^vllm 6,4 /);
  });

  test("over nodes, each runs its own command and all meet at the first", () => {
    const it = renderBundle(oneOverTwoHosts("vllm"), "slurm");
    const lines = run(it, "jobs/wide-32b", "0,1").trim().split("\n");
    expect(
      lines.map((line) => /^vllm 0,1 n07 .*--node-rank (\d) --master-addr n07 /.exec(line)?.[1]),
    ).toEqual(["0", "1"]);
  });

  test("without a card from Slurm end with a reason", () => {
    const it = renderBundle(twelveCards("vllm"), "slurm");
    const ran = it.run("jobs/llama-3b/start/llama-3b.sh");
    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain("is this a job with --gres?");
  });
});

test("a model over nodes that shares cards is refused, with the target that can", () => {
  const result = renderDeployment(twoHosts("vllm"), "slurm");
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual([
    '"wide-32b" is no Slurm job: it lies on several hosts and shares cards with other models, which one job can\'t start in order; use the target vllm',
  ]);
});

test("whatever the names are, a batch script keeps its options and parses", () => {
  const names = fc.uniqueArray(hostileText, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(names, hostileText, (models, kind) => {
      const plan = twelveCards("vllm");
      const all = files({
        ...plan,
        gpus: plan.gpus.map((gpu) => ({ ...gpu, catalogId: kind })),
        deployments: plan.deployments.map((each, at) => ({
          ...each,
          model: models[at] ?? "",
          engine: { ...each.engine, version: `0.31.0${kind}` },
        })),
      });
      const jobs = [...all].filter(([path]) => path.endsWith("/job.sh"));
      expect(jobs).toHaveLength(4);
      for (const [, text] of jobs) {
        expect(options(text)["job-name"]).toMatch(/^berth-[A-Za-z0-9._-]+$/);
        expect(options(text)["gres"]).toMatch(/^gpu:[a-z0-9]+:[12]$/);
        expect(Object.keys(options(text))).toHaveLength(6);
        expect(spawnSync("bash", ["-n"], { input: text }).status).toBe(0);
      }
    }),
    { numRuns: 15 },
  );
});
