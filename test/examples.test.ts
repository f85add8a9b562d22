import { importPreset, verifyPlan } from "@berth/core";
import { planCapacity } from "@berth/core/capacity";
import { listTargets, renderDeployment, type TargetId } from "@berth/core/deploy";
import { describe, expect, test } from "vitest";
import { planExample } from "./support/plan-example.ts";

const GIB = 2 ** 30;

describe("twelve-cards: three models on eight RTX 3090 and four RTX 4090", async () => {
  const plan = await planExample("twelve-cards.yaml");

  test("DeepSeek-V3 does not fit: how much it needs at int4, how much there is", () => {
    expect(plan.status).toBe("infeasible");
    expect(plan.unplaced.map(({ model }) => model)).toEqual(["deepseek-v3"]);
    const reason = plan.unplaced[0]?.reasons.find(
      ({ code }) => code === "fleet-short",
    ) as unknown as Record<string, number | string>;
    expect(reason["code"]).toBe("fleet-short");
    expect(reason["quantization"]).toBe("int4-awq");
    // 671e9 parameters at 0.5156 bytes, embeddings and head in 16 bits on every rank's part
    expect(Number(reason["weightBytes"]) / GIB).toBeGreaterThan(320);
    expect(Number(reason["needBytes"])).toBeGreaterThan(Number(reason["haveBytes"]));
    // 8 · 23.56 + 4 · 23.53
    expect(Number(reason["haveBytes"]) / GIB).toBeCloseTo(282.6, 0);
  });

  test("the other two are placed as asked: Llama on two ranks, Qwen2 on one", () => {
    expect(
      plan.deployments.map(({ model, tp, pp, gpus }) => [model, tp * pp, gpus.length]).sort(),
    ).toEqual([
      ["llama-3.2-3b", 2, 2],
      ["qwen2-7b", 1, 1],
    ]);
  });

  test("what would work was solved again", () => {
    expect(plan.unplaced[0]?.remedies.length).toBeGreaterThanOrEqual(2);
    expect(plan.unplaced[0]?.remedies.every(({ verified }) => verified)).toBe(true);
  });
});

describe("mixed-fleet: six models from 0.5B to 72B on the same box", async () => {
  const plan = await planExample("mixed-fleet.yaml");

  test("all are placed, with a proof, and everyone gets what it wants", () => {
    expect(plan.status).toBe("optimal");
    expect(new Set(plan.deployments.map(({ model }) => model)).size).toBe(6);
    expect(plan.objective).toMatchObject({ value: 1, bound: 1, gap: 0 });
  });

  test("some models share a card", () => {
    const tenants = plan.gpus.map(
      (gpu) => plan.deployments.filter((deployment) => deployment.gpus.includes(gpu.id)).length,
    );
    expect(Math.max(...tenants)).toBeGreaterThan(1);
  });

  test("trtllm-serve takes it", () => {
    expect(renderDeployment(plan, "trtllm-serve").ok).toBe(true);
  });
});

describe("four-on-one: four models on one RTX 4090", async () => {
  const plan = await planExample("four-on-one.yaml");

  test("every engine has its own context, activations and buffers", () => {
    expect(plan.deployments).toHaveLength(4);
    for (const { ranks } of plan.deployments) {
      const terms =
        ranks[0]?.terms.filter((term) => term.highBytes > 0).map((term) => term.id) ?? [];
      expect(terms).toEqual(
        expect.arrayContaining(["weights", "activations", "context", "runtime", "decoder"]),
      );
    }
  });

  test("each finds less than the one before it, and what is left is not negative", () => {
    const found = plan.deployments.map(({ ranks }) => ranks[0]?.freeAtStartBytes ?? 0);
    expect([...found].sort((a, b) => b - a)).toEqual(found);
    expect(plan.gpus[0]?.freeBytes).toBeGreaterThanOrEqual(0);
  });

  test("Triton takes it as engines", () => {
    expect(renderDeployment(plan, "triton-engine").ok).toBe(true);
  });
});

describe("four-engines: vLLM, SGLang, llama.cpp and TensorRT-LLM on one box", async () => {
  const plan = await planExample("four-engines.yaml");

  test("all are placed, two engines on one card", () => {
    expect(plan.unplaced).toEqual([]);
    const engines = plan.gpus.map(
      ({ id }) =>
        new Set(
          plan.deployments.filter(({ gpus }) => gpus.includes(id)).map(({ engine }) => engine.id),
        ).size,
    );
    expect(Math.max(...engines)).toBeGreaterThan(1);
  });

  test.each(["scripts", "compose", "systemd", "slurm"] as const)("%s takes it", (target) => {
    expect(renderDeployment(plan, target)).toMatchObject({ ok: true });
  });
});

test.each(["twelve-cards.yaml", "mixed-fleet.yaml", "four-on-one.yaml", "four-engines.yaml"])(
  "%s passes the checker",
  async (name) => {
    expect(verifyPlan(await planExample(name))).toEqual([]);
  },
);

describe.each(["twelve-cards.yaml", "mixed-fleet.yaml", "four-on-one.yaml", "four-engines.yaml"])(
  "%s for every target",
  async (name) => {
    const plan = await planExample(name);

    test("one of them takes it", () => {
      expect(listTargets().some(({ id }) => renderDeployment(plan, id).ok)).toBe(true);
    });

    test.each(listTargets())("$id takes it, or says why not and what does", ({ id }) => {
      const result = renderDeployment(plan, id);
      expect(renderDeployment(structuredClone(plan), id)).toEqual(result);
      for (const { reason, text } of result.ok ? [] : result.refusals) {
        expect(text).toMatch(/^[^\n]{30,}$/);
        if (reason.code === "wrong-engine") {
          expect(text).toMatch(
            /use the target [a-z-]+, or plan the model with the engine [a-z.-]+$/,
          );
        }
      }
    });

    test.each(listTargets())("a target that $id points to takes the plan", ({ id }) => {
      const result = renderDeployment(plan, id);
      const texts = result.ok ? [] : result.refusals.map(({ text }) => text);
      const named = texts.flatMap((text) => /use the target ([a-z-]+)/.exec(text)?.slice(1) ?? []);
      expect(named.length > 0).toBe(!result.ok);
      for (const other of new Set(named)) {
        expect(renderDeployment(plan, other as TargetId)).toMatchObject({ ok: true });
      }
    });
  },
);

describe("two-assistants: rates, targets and the loss of a host, with units and vars", async () => {
  const plan = await planExample("two-assistants.yaml");

  test("all are placed, with as many replicas as their rates ask for", () => {
    expect(plan.status).toBe("optimal");
    // 57 people at once: one request a minute each, two, and 2000 a day
    expect(plan.sizing?.map((one) => [one.model, one.requestsPerSecond, one.isEnough])).toEqual([
      ["chat", 0.95, true],
      ["code", 1.9, true],
      ["summaries", 2000 / 86_400, true],
    ]);
  });

  test("either host may be lost: the assistants go on at their rates", () => {
    const hostOf = new Map(plan.gpus.map(({ id, host }) => [id, host]));
    for (const model of ["chat", "code"]) {
      const own = plan.deployments.filter((deployment) => deployment.model === model);
      expect(new Set(own.flatMap(({ gpus }) => gpus.map((id) => hostOf.get(id)))).size).toBe(2);
      expect(own.every(({ survives }) => (survives?.requestsPerSecond ?? 0) > 0)).toBe(true);
    }
  });

  test("every target is met", () => {
    const models = new Map(
      plan.deployments.flatMap(({ source }) => {
        const spec = importPreset(source);
        return spec === undefined ? [] : [[source, spec] as const];
      }),
    );
    const { models: served } = planCapacity({ file: "plan.json", plan, models });
    const targets = served.flatMap(({ model, targets: own }) =>
      own.map(({ metric, isMet }) => `${model} ${metric} ${isMet}`),
    );
    expect(targets).toEqual([
      ...["chat ttft true", "chat tpot true", "code ttft true", "code e2e true"],
      "summaries e2e true",
    ]);
  });
});
