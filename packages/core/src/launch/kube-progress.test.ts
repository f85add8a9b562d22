import { describe, expect, test } from "vitest";
import type { KubeUnit } from "./cluster-unit.ts";
import { readKubeState } from "./kube-progress.ts";

const unit = { name: "chat", kind: "Deployment", engines: [] } as unknown as KubeUnit;

function workload(status: object, more: object = {}): object {
  return {
    kind: "Deployment",
    metadata: { name: "chat", generation: 2, ...more },
    spec: { replicas: 1 },
    status,
  };
}

const DONE = {
  observedGeneration: 2,
  replicas: 1,
  updatedReplicas: 1,
  readyReplicas: 1,
  conditions: [{ type: "Available", status: "True" }],
};

function pod(status: object, more: object = {}): object {
  const labels = { "app.kubernetes.io/instance": "chat" };
  return { kind: "Pod", metadata: { name: "chat-1", labels, ...more }, status };
}

function progressOf(...items: readonly object[]) {
  return readKubeState(JSON.stringify({ kind: "List", items }), unit)?.progress;
}

function engine(more: object): object {
  return { containerStatuses: [{ name: "engine", restartCount: 0, ...more }] };
}

const terminated = { exitCode: 137, reason: "OOMKilled" };
const waiting = (reason: string) => ({ state: { waiting: { reason, message: "why" } } });

describe("a workload", () => {
  test.each([
    ["all of it is there, of its generation, and ready", DONE, "ready"],
    ["the controller has not seen it yet", { ...DONE, observedGeneration: 1 }, "waiting"],
    ["an old pod is still there", { ...DONE, replicas: 2 }, "waiting"],
    ["no pod is ready", { ...DONE, readyReplicas: 0 }, "waiting"],
    ["it is not available", { ...DONE, conditions: [] }, "waiting"],
    ["nothing is said", {}, "waiting"],
  ])("where %s", (_, status, is) => {
    expect(progressOf(workload(status))?.is).toBe(is);
  });

  test("that is gone has failed, and what is no list is none", () => {
    expect(progressOf()).toEqual({ is: "failed", how: "was deleted by somebody else" });
    for (const text of ["", "null", "{}", '{"items":[{}]}', '{"items":[{"kind":7}]}']) {
      expect(readKubeState(text, unit)).toBeUndefined();
    }
  });
});

describe("a pod", () => {
  test.each([
    [
      "restarted",
      engine({ restartCount: 1, lastState: { terminated } }),
      "exited with 137 (OOMKilled) in container engine of pod chat-1",
      true,
    ],
    [
      "ended",
      engine({ state: { terminated: { exitCode: 0 } } }),
      "exited with 0 in container engine of pod chat-1",
      false,
    ],
    [
      "without its image",
      engine(waiting("ImagePullBackOff")),
      "can't start container engine of pod chat-1 (ImagePullBackOff: why)",
      undefined,
    ],
    [
      "whose model's files are wrong",
      {
        initContainerStatuses: [
          {
            name: "check-model",
            restartCount: 2,
            lastState: { terminated: { exitCode: 2, reason: "Error" } },
          },
        ],
      },
      "exited with 2 in container check-model of pod chat-1",
      true,
    ],
    [
      "that was evicted",
      { phase: "Failed", reason: "Evicted" },
      "failed as a pod (chat-1: Evicted)",
      undefined,
    ],
  ])("%s has failed, and its own output is read", (_, status, how, isPrevious) => {
    const text = JSON.stringify({ items: [workload({}), pod(status)] });
    const state = readKubeState(text, unit);
    expect(state?.progress).toEqual({ is: "failed", how });
    expect(state?.containers.map((one) => one.isPrevious)).toEqual(
      isPrevious === undefined ? [] : [isPrevious],
    );
  });

  test.each([
    ["that loads", engine({ state: { running: {} } }), "chat-1: no state yet"],
    [
      "that waits for others",
      {
        phase: "Pending",
        initContainerStatuses: [{ name: "wait-for-engines", state: { running: {} } }],
      },
      "chat-1: Pending",
    ],
    [
      "whose check went well",
      {
        phase: "Pending",
        initContainerStatuses: [{ name: "check-model", state: { terminated: { exitCode: 0 } } }],
      },
      "chat-1: Pending",
    ],
    ["whose image comes", engine(waiting("ContainerCreating")), "chat-1: ContainerCreating"],
    [
      "without a node",
      { conditions: [{ type: "PodScheduled", status: "False", message: "0/2 nodes" }] },
      "chat-1: 0/2 nodes",
    ],
  ])("%s is waited for", (_, status, stage) => {
    expect(progressOf(workload({}), pod(status))).toEqual({ is: "waiting", stage });
  });

  test("of an earlier one, or of another workload, does not count", () => {
    const failed = engine({ restartCount: 3, lastState: { terminated } });
    const others = { "app.kubernetes.io/instance": "other" };
    const stage = "no pods yet";
    expect(
      progressOf(workload({}), pod(failed, { deletionTimestamp: "2026-11-22T00:00:00Z" })),
    ).toEqual({ is: "waiting", stage });
    expect(progressOf(workload({}), pod(failed, { labels: others }))).toEqual({
      is: "waiting",
      stage,
    });
  });

  test("that restarted long ago and is ready now is ready", () => {
    const status = engine({ restartCount: 1, lastState: { terminated }, state: { running: {} } });
    expect(progressOf(workload(DONE), pod(status))).toEqual({ is: "ready" });
  });
});
