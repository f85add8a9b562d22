import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fourOnOne } from "../../../../../../test/fixtures/deploy-plans.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
} from "../../../../../../test/support/run-bundle.ts";

removeBundles();

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
    const it = renderBundle(plan, "trtllm-serve");
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
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    const ran = it.run("start-all.sh", { ...quiet, STAY: "1", BROKEN: "8002" });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("coder ended before it was ready; see the end of");
    expect(it.read("events").match(/stop \d+/g)).toEqual(["stop 8001", "stop 8000"]);
  });

  test("gives up after the time that it was given", () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    it.program("trtllm-serve", "exec sleep 30");
    const ran = it.run("start-all.sh", { BERTH_START_TIMEOUT_S: "1" });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("chat was not ready after 1 s");
  });

  test("does not take a foreign server on its port for its own", () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    writeFileSync(join(it.folder, "up-8000"), "");
    const ran = it.run("start-all.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("port 8000 answers already");
  });

  test("a model that must be converted first says so", () => {
    const it = renderBundle(plan, "trtllm-serve");
    const ran = it.run("start/Ecrivain-d-ete.sh");
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("set MODEL_PATH_ECRIVAIN_D_ETE to a checkpoint in fp8");
  });
});
