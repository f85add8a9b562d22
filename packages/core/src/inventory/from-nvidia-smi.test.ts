import { expect, test } from "vitest";
import { inventoryFromNvidiaSmi } from "./from-nvidia-smi.ts";

const row = (index: number, name: string, more = ""): string =>
  `${index}, ${name}, GPU-0000000${index}, 24564 MiB, 100 MiB${more}`;
const csv = (...rows: readonly string[]): string =>
  ["index, name, uuid, memory.total [MiB], memory.used [MiB]", ...rows].join("\n");
const RTX_4090 = "NVIDIA GeForce RTX 4090";
const TWO_4090 = csv(row(0, RTX_4090), row(1, RTX_4090));
const topology = (kind: string): string =>
  `\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \t${kind}\t0-7\nGPU1\t${kind}\t X \t0-7\n`;
const p2p = (word: string): string =>
  ` \tGPU0\tGPU1\t\n GPU0\tX\t${word}\t\n GPU1\t${word}\tX\t\n\nLegend:\n\n  X    = Self\n`;
const read = (text: string) => {
  const { hosts, warnings } = inventoryFromNvidiaSmi([{ name: "dir/box1.smi.txt", text }]);
  return { host: hosts[0], warnings };
};

test("a host is called after its file; two of one name are told apart", () => {
  const names = (...sources: readonly string[]) =>
    inventoryFromNvidiaSmi(sources.map((name) => ({ name, text: TWO_4090 }))).hosts.map(
      ({ name }) => name,
    );
  expect(names("a/box1.xml", "b/box1.txt", "rack 7:box.smi.csv", ".txt")).toEqual([
    "box1",
    "box1-2",
    "rack-7-box",
    "host",
  ]);
});

test("what was not printed is absent", () => {
  const { host, warnings } = read(csv(row(3, RTX_4090)));
  expect(warnings).toEqual([]);
  expect(host).toEqual({
    name: "box1",
    gpus: [
      {
        index: 3,
        uuid: "GPU-00000003",
        name: RTX_4090,
        catalogId: "rtx-4090",
        memoryTotalMiB: 24564,
        memoryUsedMiB: 100,
      },
    ],
    links: [],
  });
});

test("a card of which nothing is known is a warning, and has no catalogue id", () => {
  const { host, warnings } = read(csv(row(0, "NVIDIA Voodoo 9000")));
  expect(host?.gpus[0]?.catalogId).toBeUndefined();
  expect(warnings).toEqual([
    'box1:0: the catalogue has no "NVIDIA Voodoo 9000", so nothing can be planned on it',
  ]);
});

test("memory that is printed as N/A stays unknown, and is said", () => {
  const { host, warnings } = read(csv(`0, ${RTX_4090}, GPU-1, [N/A], [N/A]`));
  expect(host?.gpus[0]).not.toHaveProperty("memoryTotalMiB");
  expect(warnings).toEqual([
    'box1:0: its memory is printed as "[N/A]"; for a plan it is taken as idle, 23.53 GiB by the catalogue',
  ]);
});

test("-L prints no memory: the warning says what a plan takes it as", () => {
  const list = "GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-12345678-1234-1234-1234-123456789012)\n";
  expect(read(list).warnings).toEqual([
    "box1:0: its memory was not printed; for a plan it is taken as idle, 23.56 GiB by the catalogue",
  ]);
});

test("only the use was not printed: the memory is as printed", () => {
  const text = `index, name, memory.total [MiB]\n0, ${RTX_4090}, 24564 MiB\n`;
  expect(read(text).warnings).toEqual([
    "box1:0: its used memory was not printed; for a plan it is taken as idle",
  ]);
});

const MIG_LIST = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)
  MIG 3g.40gb     Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)
  MIG 1g.10gb     Device  1: (UUID: MIG-9d14fb21-4ae1-546f-a636-011582899c39)
GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe5)
`;

test("a card with MIG devices in -L has MIG enabled; its neighbour has not", () => {
  const { host, warnings } = read(MIG_LIST);
  expect(host?.gpus[0]).toMatchObject({
    migEnabled: true,
    migDevices: [
      { index: 0, profile: "3g.40gb", uuid: "MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde" },
      { index: 1, profile: "1g.10gb", uuid: "MIG-9d14fb21-4ae1-546f-a636-011582899c39" },
    ],
  });
  expect(host?.gpus[1]).not.toHaveProperty("migEnabled");
  expect(warnings[0]).toBe(
    "box1:0: MIG is enabled, so plans leave it out: CUDA sees its MIG devices only, and Berth plans whole cards",
  );
});

test.each([
  { mode: "Enabled", migEnabled: true },
  { mode: "Disabled", migEnabled: undefined },
  { mode: "[N/A]", migEnabled: undefined },
])("MIG mode $mode", ({ mode, migEnabled }) => {
  const text = `index, name, mig.mode.current\n0, NVIDIA H100 80GB HBM3, ${mode}\n`;
  expect(read(text).host?.gpus[0]?.migEnabled).toBe(migEnabled);
});

test("a lost card is told from its neighbours by its bus id, wherever it stands in the list", () => {
  const lost = "Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error\n";
  const rows = [
    "index, name, pci.bus_id, memory.total [MiB], memory.used [MiB]",
    `0, ${RTX_4090}, 00000000:16:00.0, 24564 MiB, 1 MiB`,
    `1, ${RTX_4090}, 00000000:AC:00.0, 24564 MiB, 1 MiB`,
    `2, ${RTX_4090}, 00000000:34:00.0, 24564 MiB, 1 MiB`,
  ];
  const { host, warnings } = read(`${lost}${rows.join("\n")}\n`);
  expect(host?.gpus.map(({ isLost }) => isLost)).toEqual([undefined, undefined, true]);
  expect(warnings).toEqual([
    "dir/box1.smi.txt: line 1: Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error; plans leave lost cards out",
    "box1:2: it is lost, so plans leave it out",
  ]);
});

test("a card whose fields say that it is lost is lost", () => {
  const gone = "1, [GPU is lost], [GPU is lost], [GPU is lost], [GPU is lost]";
  const { host, warnings } = read(csv(row(0, RTX_4090), gone));
  expect(host?.gpus.map(({ isLost }) => isLost)).toEqual([undefined, true]);
  expect(warnings).toEqual([
    "dir/box1.smi.txt: GPU 1: the card prints [GPU is lost]; plans leave lost cards out",
    "box1:1: it is lost, so plans leave it out",
  ]);
});

test("several outputs of one host are one host: -L completes the names that the table cut", () => {
  const table = `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: 12.0     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|                               |                      |               MIG M. |
|===============================+======================+======================|
|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |                  N/A |
| 30%   30C    P8    20W / 350W |    100MiB / 24576MiB |      0%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
`;
  const list = "GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-12345678-1234-1234-1234-123456789012)\n";
  expect(read(table).warnings.join()).toContain("cut short");
  const { host, warnings } = read(`${table}\n${list}`);
  expect(warnings).toEqual([]);
  expect(host?.driverVersion).toBe("525.60.13");
  expect(host?.gpus).toMatchObject([
    { name: "NVIDIA GeForce RTX 3090", catalogId: "rtx-3090", memoryTotalMiB: 24576 },
  ]);
});

test("an output that speaks of other cards is left out, and said", () => {
  const list = "GPU 0: NVIDIA H100 PCIe (UUID: GPU-99999999-1234-1234-1234-123456789012)\n";
  const { host, warnings } = read(`${TWO_4090}\n\n${list}`);
  expect(host?.gpus.map(({ catalogId }) => catalogId)).toEqual(["rtx-4090", "rtx-4090"]);
  expect(warnings).toEqual([
    "dir/box1.smi.txt: an output (list) is left out, it speaks of other cards",
  ]);
});

test.each([
  { why: "NVLink is peer to peer", text: topology("NV4"), kind: "NV4", peerToPeer: true },
  { why: "an RTX 4090 has none over PCIe", text: topology("PHB"), kind: "PHB", peerToPeer: false },
  {
    why: "a patched driver that says OK has it",
    text: topology("PHB") + p2p("OK"),
    kind: "PHB",
    peerToPeer: true,
  },
  {
    why: "CNS is no, whatever the catalogue says",
    text: topology("SOC") + p2p("CNS"),
    kind: "SYS",
    peerToPeer: false,
  },
])("$why", ({ text, kind, peerToPeer }) => {
  expect(read(`${TWO_4090}\n\n${text}`).host?.links).toEqual([{ a: 0, b: 1, kind, peerToPeer }]);
});

test("without a p2p matrix, the catalogue says what cards may over PCIe", () => {
  const cards = csv(row(0, "NVIDIA A10"), row(1, "NVIDIA A10"));
  expect(read(`${cards}\n\n${topology("PXB")}`).host?.links[0]?.peerToPeer).toBe(true);
});

test("links of cards that are not there are left out, and said", () => {
  const { host, warnings } = read(`${csv(row(0, RTX_4090))}\n\n${topology("PHB")}`);
  expect(host?.links).toEqual([]);
  expect(warnings).toEqual(["box1: links of GPU1 are left out: no such card"]);
});

test.each([
  { text: "", says: /^smi.txt: / },
  { text: "no such thing", says: /^smi.txt: expected an output of nvidia-smi/ },
  { text: topology("PHB"), says: /^smi.txt: expected the cards of a host .*, got only: topology$/ },
])("$text is an InputError that names its source", ({ text, says }) => {
  expect(() => inventoryFromNvidiaSmi([{ name: "smi.txt", text }])).toThrow(
    expect.objectContaining({ name: "InputError", message: expect.stringMatching(says) }),
  );
});
