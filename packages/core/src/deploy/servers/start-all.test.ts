import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fourOnOne } from "../../../../../test/fixtures/deploy-plans.ts";
import {
  type Bundle,
  removeBundles,
  renderBundle,
} from "../../../../../test/support/run-bundle.ts";

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
      'while [ ! -f "$FOLDER/crash-$port" ]; do sleep 0.1; done',
      'echo "crash $port" >>"$FOLDER/events"',
    ].join("\n"),
  );
  program(
    "curl",
    'for url; do :; done\n[ -f "$FOLDER/up-$(echo "$url" | tr -dc "0-9\\n" | tail -c 5)" ]',
  );
}

describe("start-all.sh", () => {
  const plan = fourOnOne("tensorrt-llm");
  const quiet = { BROKEN: "", MODEL_PATH_ECRIVAIN_D_ETE: "/c" };

  const reversed = ["stop 8003", "stop 8002", "stop 8001", "stop 8000"];

  test("starts one server after the other has answered, and stops them on TERM", async () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    const run = { script: "start-all.sh", environment: quiet };
    const ran = await it.runUntil(
      "all servers are ready",
      (pid) => process.kill(pid, "SIGTERM"),
      run,
    );
    expect(ran).toMatchObject({ code: 143, err: "" });
    const events = it.read("events").match(/(start|ready|stop) \d+/g);
    expect(events).toEqual([
      "start 8000",
      "ready 8000",
      "start 8001",
      "ready 8001",
      "start 8002",
      "ready 8002",
      "start 8003",
      "ready 8003",
      ...reversed,
    ]);
  });

  test("stops the others, newest first, when one dies later", async () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    const run = { script: "start-all.sh", environment: quiet };
    const ran = await it.runUntil("all servers are ready", () => it.write("crash-8001", ""), run);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^start-all: chat-long ended; see the end of .*chat-long\.log$/m);
    expect(it.read("events").match(/stop \d+/g)).toEqual(reversed.toSpliced(2, 1));
  });

  test("stops the others when one dies while the next is starting", async () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    const run = { script: "start-all.sh", environment: quiet };
    const ran = await it.runUntil("chat is ready", () => it.write("crash-8000", ""), run);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/start-all: chat ended( while \S+ was starting)?; see/);
  });

  test("stops what it started, newest first, when one ends early", () => {
    const it = renderBundle(plan, "trtllm-serve");
    standIns(it);
    const ran = it.run("start-all.sh", { ...quiet, BROKEN: "8002" });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("coder ended while coder was starting; see the end of");
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
