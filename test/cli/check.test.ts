import { beforeAll, expect, test } from "vitest";
import { INVENTORY_FLEET, TWO_4090 } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const cwd = folderWith({
  "fleet.yaml": INVENTORY_FLEET,
  "box1.csv": TWO_4090,
  "busy.csv": TWO_4090.replaceAll("10 MiB", "23000 MiB"),
  "empty.csv": TWO_4090.split("\n").slice(0, 1).join("\n"),
});

beforeAll(async () => {
  await berth(["plan", "fleet.yaml", "--out", "plan.json"], { cwd });
});

test("0 and quiet where it holds, 1 and the reasons where it does not, 2 for what can't be read", async () => {
  const run = (...args: string[]) => berth(["check", "plan.json", ...args], { cwd });
  expect(await run("--inventory", "box1.csv", "--quiet")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(await run("--inventory", "box1.csv")).toMatchObject({
    code: 0,
    stdout: "The plan still holds.\n",
  });
  const busy = await run("--inventory", "busy.csv", "--quiet");
  expect(busy.code).toBe(1);
  expect(busy.stdout).toMatch(
    /^The plan does not hold any more\.\n {2}- box1:\d: others hold 22.46 GiB, the plan counts on 0.01 GiB/,
  );
  const json = await run("--inventory", "busy.csv", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: "berth/check@1", holds: false });
  const twice = await berth(["check", "-", "--inventory", "-"], { cwd });
  expect([twice.code, oneSentence(twice)]).toEqual([2, "stdin (-) can be read once only"]);
  const none = await run("--inventory", "nowhere.csv");
  expect([none.code, oneSentence(none)]).toEqual([2, "nowhere.csv: no such file"]);
});
