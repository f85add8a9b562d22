import type { PlanDocument } from "@berth/core";
import { afterEach, expect, test, vi } from "vitest";
import { takenAway } from "./take-away-files.ts";
import { zipOf } from "./zip-files.ts";

const plan = { schema: "berth/plan@1" } as PlanDocument;
const text = "x";

afterEach(() => {
  vi.useRealTimers();
});

test("a folder holds the fleet file, what it names, the plan, and the deployment", () => {
  const workspace = { fleet: "models: []\n", files: [{ name: "./a/../inventory/b.xml", text }] };
  const { files, leftOut } = takenAway(workspace, plan, [
    { path: "start.sh", text, isExecutable: true },
  ]);
  expect(files.map(({ path }) => path)).toEqual([
    "fleet.yaml",
    "plan.json",
    "inventory/b.xml",
    "deployment/start.sh",
  ]);
  expect(leftOut).toEqual([]);
});

test.each([
  "../up.xml",
  "a/../../up.xml",
  "/etc/passwd",
  "C:\\Windows\\x",
  "c:x",
  "a\u0000b",
  ".",
  "plan.json",
  "./fleet.yaml",
  "deployment",
  "deployment/start.sh",
  "plan.json/x",
])("%j is left out, and is named", (name) => {
  const { files, leftOut } = takenAway({ fleet: "", files: [{ name, text }] }, plan, []);
  expect(files.map(({ path }) => path)).toEqual(["fleet.yaml", "plan.json"]);
  expect(leftOut).toEqual([name]);
});

test("the same files give the same zip, whenever it is made", () => {
  const files = [{ path: "a/b.sh", text: "echo ü\n", isExecutable: true }];
  vi.useFakeTimers({ now: new Date("2027-05-01T12:00:00Z") });
  const before = zipOf(files);
  vi.setSystemTime(new Date("2031-11-02T03:00:00Z"));
  expect(zipOf(files)).toEqual(before);
  // central directory: made by Unix (3), with rwxr-xr-x of a regular file in the upper half of the attributes
  const zip = new DataView(zipOf(files).buffer);
  const entry = zip.getUint32(zip.byteLength - 6, true);
  expect(zip.getUint8(entry + 5)).toBe(3);
  expect(zip.getUint32(entry + 38, true) >>> 16).toBe(0o100_755);
});
