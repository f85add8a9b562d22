import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { oneOverTwoHosts, twoHosts } from "../../../../../test/fixtures/deploy-plans.ts";
import {
  type Bundle,
  type Ran,
  removeBundles,
  renderBundle,
} from "../../../../../test/support/run-bundle.ts";

removeBundles();

/** A server that is up when its other host has started its part, and a curl that asks the host of its name. */
function standIns({ program }: Bundle): void {
  program(
    "vllm",
    [
      "port=part",
      'for word; do if [ "$last" = --port ]; then port=$word; fi; last=$word; done',
      'echo "start $ME $port" >>"$FOLDER/events"',
      `trap 'exit 0' TERM`,
      ': >"$FOLDER/begun-$ME-$port"',
      'if [ "$ME $port" = "left 8000" ]; then until [ -f "$FOLDER/begun-right-part" ]; do sleep 0.1; done; fi',
      'echo "ready $ME $port" >>"$FOLDER/events"',
      ': >"$FOLDER/up-$ME-$port"',
      "while :; do sleep 0.1; done",
    ].join("\n"),
  );
  program(
    "curl",
    [
      "for url; do :; done",
      "at=$(printf '%s' \"$url\" | sed 's,http://,,; s,/.*,,; s,:,-,')",
      `case $at in 127.0.0.1-*) at="$ME-\${at#*-}" ;; esac`,
      '[ -f "$FOLDER/up-$at" ]',
    ].join("\n"),
  );
}

function startOn(it: Bundle, host: string): Promise<Ran> {
  const other = host === "left" ? "right" : "left";
  const done = (name: string): string => join(it.folder, `done-${name}`);
  return it.runUntil(
    "all servers are ready",
    (pid) => {
      it.write(`done-${host}`, "");
      const poll = setInterval(() => {
        if (existsSync(done(other))) {
          clearInterval(poll);
          process.kill(pid, "SIGTERM");
        }
      }, 50);
    },
    { script: `hosts/${host}/start-all.sh`, environment: { ME: host, BERTH_HOST: "0.0.0.0" } },
  );
}

describe("start-all.sh on two hosts", () => {
  test("keeps the plan's order on every card, over both", async () => {
    const it = renderBundle(twoHosts("vllm"), "vllm");
    standIns(it);
    const [left, right] = await Promise.all([startOn(it, "left"), startOn(it, "right")]);
    expect([left.code, right.code]).toEqual([143, 143]);
    const events = it.read("events").trim().split("\n");
    const at = (event: string): number => events.indexOf(event);
    // helper is ready before the wide model starts on its card, which is ready before late starts
    expect(at("ready right 8000")).toBeLessThan(at("start left 8000"));
    expect(at("ready right 8000")).toBeLessThan(at("start right part"));
    expect(at("ready left 8000")).toBeGreaterThan(at("start right part"));
    expect(at("ready left 8000")).toBeLessThan(at("start right 8001"));
    expect(Math.min(at("ready right 8000"), at("start right 8001"))).toBeGreaterThanOrEqual(0);
  });

  test("asks for an address that the other host reaches", () => {
    const it = renderBundle(twoHosts("vllm"), "vllm");
    const ran = it.run("hosts/left/start-all.sh");
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("set BERTH_HOST to an address that the other hosts reach");
  });
});

test("mpirun starts the ranks host by host, with each host's own script", () => {
  const it = renderBundle(oneOverTwoHosts("tensorrt-llm"), "trtllm-serve");
  it.program("mpirun", `printf '%s\\n' "$BERTH_HOST" "$@" >"$FOLDER/mpirun"`);
  const ran = it.run("hosts/left/start/wide-32b.sh", {
    BERTH_ADDRESS_RIGHT: "10.0.0.2",
    MODEL_PATH_WIDE_32B: "/srv/wide",
  });
  expect(ran).toMatchObject({ code: 0, err: "" });
  const words = it.read("mpirun").trim().split("\n");
  const segments = words.join(" ").split(" : ");
  expect(segments[0]).toMatch(/-H left:2 -np 2 .*\/hosts\/left\/ranks\/wide-32b\.sh$/);
  expect(segments[1]).toMatch(/^-H 10\.0\.0\.2:2 -np 2 .*\/hosts\/right\/ranks\/wide-32b\.sh$/);
  expect(existsSync(segments[1]?.split(" ").at(-1) ?? "")).toBe(true);
});
