import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MIG_AND_WHOLE, TWO_4090, TWO_4090_TOPOLOGY } from "./fixtures.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

const cwd = folderWith({
  "box1.csv": TWO_4090,
  "box1.topo.txt": TWO_4090_TOPOLOGY,
  "empty.txt": "",
  "prose.txt": "hello\n",
  "cut.xml": '<?xml version="1.0" ?>\n<nvidia_smi_log>\n\t<gpu id="00000',
});

test("a file becomes a host of its name; what was not printed is absent", async () => {
  const run = await berth(["inventory", "box1.csv", "--json"], { cwd });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
  const document = JSON.parse(run.stdout);
  expect(document.schema).toBe("berth/inventory@1");
  expect(document.hosts).toHaveLength(1);
  expect(document.hosts[0]).toEqual({
    name: "box1",
    gpus: [0, 1].map((index) => ({
      index,
      uuid: `GPU-00000000-0000-0000-0000-00000000000${index}`,
      name: "NVIDIA GeForce RTX 4090",
      catalogId: "rtx-4090",
      memoryTotalMiB: 24564,
      memoryUsedMiB: 10,
      computeCapability: "8.9",
    })),
    links: [],
  });
});

test("topo -m says how the cards are linked; an RTX 4090 has no peer-to-peer over PCIe", async () => {
  const run = await berth(["inventory", "box1.csv", "--topology", "box1.topo.txt", "--json"], {
    cwd,
  });
  expect(JSON.parse(run.stdout).hosts[0].links).toEqual([
    { a: 0, b: 1, kind: "PHB", peerToPeer: false },
  ]);
});

test("stdin holds what a shell pipes in", async () => {
  const { stdout } = await berth(["inventory", "-", "--json"], { input: TWO_4090 });
  expect(JSON.parse(stdout).hosts[0].gpus).toHaveLength(2);
});

test("UTF-16 as PowerShell writes it is read", async () => {
  const folder = folderWith();
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, "smi.csv"), Buffer.from(`\ufeff${TWO_4090}`, "utf16le"));
  const { stdout } = await berth(["inventory", "smi.csv", "--json"], { cwd: folder });
  expect(JSON.parse(stdout).hosts[0].gpus).toHaveLength(2);
});

test("people get a table", async () => {
  const { stdout } = await berth(["inventory", "box1.csv"], { cwd });
  expect(stdout).toMatch(/box1:1 +NVIDIA GeForce RTX 4090 +rtx-4090 +24,564/);
});

test("MIG devices are shown under their card", async () => {
  const run = await berth(["inventory", "-"], { input: MIG_AND_WHOLE });
  expect(run.stdout).toContain("MIG on stdin:0: 40,448 MiB\n");
  const json = await berth(["inventory", "-", "--json"], { input: MIG_AND_WHOLE });
  expect(JSON.parse(json.stdout).hosts[0].gpus[0]).toMatchObject({
    migEnabled: true,
    migDevices: [{ index: 0, memoryTotalMiB: 40448, memoryUsedMiB: 11091 }],
  });
});

test.each([
  { args: ["empty.txt"], says: /^empty.txt: / },
  { args: ["prose.txt"], says: /^prose.txt: expected an output of nvidia-smi/ },
  { args: ["cut.xml"], says: /^cut.xml: / },
  { args: ["nowhere.txt"], says: /^nowhere.txt: no such file$/ },
  { args: ["."], says: /^.: expected a file, got a folder$/ },
  { args: ["box1.topo.txt"], says: /expected the cards of a host.*got only: topology/ },
  { args: ["box1.csv", "--topology", "box1.csv"], says: /expected what nvidia-smi topo -m prints/ },
  { args: ["box1.csv", "box1.csv", "--topology", "box1.topo.txt"], says: /there are 2 hosts/ },
  { args: ["-", "-"], says: /can be read once only/ },
  { args: ["ssh://-oProxyCommand=touch"], says: /expected ssh:\/\/host/ },
  { args: ["ssh://me:secret@box"], says: /expected ssh:\/\/host/ },
  { args: ["ssh://box:99999"], says: /expected ssh:\/\/host/ },
])("$args is refused in one sentence", async ({ args, says }) => {
  const run = await berth(["inventory", ...args, "--json"], { cwd });
  expect([run.code, run.stdout]).toEqual([2, ""]);
  expect(oneSentence(run)).toMatch(says);
});

describe("programs", () => {
  const answer = `#!/bin/sh
echo "$0 $*" >>"$LOG"
case "$*" in *topo*) cat "$DATA/box1.topo.txt" ;; *) cat "$DATA/box1.csv" ;; esac
`;
  const setUp = (bin: Readonly<Record<string, string>>) => {
    const folder = folderWith(bin);
    const log = join(folder, "log");
    const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, LOG: log, DATA: cwd };
    return { env, calls: () => readFileSync(log, "utf8").replaceAll(`${folder}/bin/`, "") };
  };

  test("local runs nvidia-smi, and asks for the links", async () => {
    const { env, calls } = setUp({ "bin/nvidia-smi": answer });
    const run = await berth(["inventory", "--json"], { env });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout).hosts[0].links).toHaveLength(1);
    expect(calls()).toBe("nvidia-smi -q -x\nnvidia-smi topo -m\n");
  });

  test("a driver that can't print links is no failure", async () => {
    const smi = answer.replace('cat "$DATA/box1.topo.txt"', "echo no such option >&2; exit 2");
    const { env } = setUp({ "bin/nvidia-smi": smi });
    const run = await berth(["inventory", "--json"], { env });
    expect(run.code).toBe(0);
    expect(oneSentence(run)).toContain("exited with 2: no such option");
    expect(JSON.parse(run.stdout).hosts[0].gpus).toHaveLength(2);
  });

  test("no nvidia-smi on the PATH is exit code 3 and one sentence", async () => {
    const run = await berth(["inventory", "--json"], { env: { PATH: folderWith() } });
    expect([run.code, run.stdout]).toEqual([3, ""]);
    expect(oneSentence(run)).toBe("local inventory: there is no nvidia-smi on the PATH");
  });

  test("nvidia-smi's own words are passed on", async () => {
    const { env } = setUp({ "bin/nvidia-smi": "#!/bin/sh\necho NVIDIA-SMI has failed; exit 9\n" });
    const run = await berth(["inventory"], { env });
    expect(run.code).toBe(3);
    expect(oneSentence(run)).toBe(
      "local inventory: nvidia-smi exited with 9: NVIDIA-SMI has failed",
    );
  });

  test("ssh gets the host behind --, no password prompt, and the port", async () => {
    const { env, calls } = setUp({ "bin/ssh": answer });
    const run = await berth(["inventory", "ssh://admin@box7:2222", "--json"], { env });
    expect(JSON.parse(run.stdout).hosts[0].name).toBe("box7");
    const [first] = calls().split("\n");
    expect(first).toBe(
      "ssh -T -o BatchMode=yes -o ConnectTimeout=10 -p 2222 -- admin@box7 nvidia-smi -q -x",
    );
  });

  test("an ssh that fails is exit code 3 and its last words", async () => {
    const ssh = "#!/bin/sh\necho 'admin@box7: Permission denied (publickey).' >&2; exit 255\n";
    const { env } = setUp({ "bin/ssh": ssh });
    const run = await berth(["inventory", "ssh://admin@box7"], { env });
    expect(run.code).toBe(3);
    expect(oneSentence(run)).toContain("ssh exited with 255: admin@box7: Permission denied");
  });
});
