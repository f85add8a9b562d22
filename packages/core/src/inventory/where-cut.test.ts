import { expect, test } from "vitest";
import { inventoryFromNvidiaSmi } from "./from-nvidia-smi.ts";

const LINE = "+-------------------------------+----------------------+----------------------+";
const HEAD = `${LINE}
| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: 12.0     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
`;
const card = (index: number): string =>
  `|   ${index}  NVIDIA H100 PCIe    Off  | 00000000:0${index}:00.0 Off |                  N/A |
| 30%   30C    P8    20W / 350W |    100MiB / 81559MiB |      0%      Default |
`;
const PROCESSES = `
${LINE}
| Processes:                                                                  |
|=============================================================================|
`;
const uuid = (index: number): string => `GPU-0000000${index}-1234-1234-1234-123456789012`;
const list = (...indices: readonly number[]): string =>
  indices.map((i) => `GPU ${i}: NVIDIA H100 PCIe (UUID: ${uuid(i)})\n`).join("");
const QUERY = `==============NVSMI LOG==============
Driver Version                            : 525.60.13
Attached GPUs                             : 1
GPU 00000000:00:00.0
    Product Name                          : NVIDIA H100 PCIe
    FB Memory Usage
        Total                             : 81559 MiB
        Reserved                          : 480 MiB
        Used                              : 1 MiB
        Free                              : 81078 MiB
`;
const rest = "| No running processes found                                                  |\n";
const firstRow = (index: number): string => card(index).split("\n")[0] ?? "";

test.each([
  { why: "whole", text: `${HEAD}${card(0)}${LINE}\n${PROCESSES}${rest}${LINE}\n` },
  { why: "cut in the processes", text: `${HEAD}${card(0)}${LINE}\n${PROCESSES}${rest}` },
  { why: "cut, but -L has no more cards", text: `${HEAD}${card(0)}\n${list(0)}` },
  { why: "-q cut behind the memory of its only card", text: QUERY },
])("$why: nothing of the cards is missing", ({ text }) => {
  expect(inventoryFromNvidiaSmi([{ name: "box1.txt", text }]).hosts[0]).not.toHaveProperty("cut");
});

test.each([
  {
    why: "there may be more cards below",
    text: `${HEAD}${card(0)}`,
    cut: "line 8: the table has no lower border",
  },
  {
    why: "the memory of the last card is missing",
    text: `${HEAD}${card(0)}${LINE}\n${firstRow(1)}\n`,
    cut: "line 10: the table has no lower border",
  },
  {
    why: "a row is cut in the middle",
    text: `${HEAD}${card(0)}${LINE}\n${firstRow(1).slice(0, 40)}`,
    cut: "line 10: a row has no right border",
  },
  {
    why: "-L knows the card, but not its memory",
    text: `${HEAD}${card(0)}${LINE}\n${firstRow(1)}\n\n${list(0, 1)}`,
    cut: "line 11: the table has no lower border",
  },
  {
    why: "-q counts more cards than it lists",
    text: QUERY.replace(
      "GPUs                             : 1",
      "GPUs                             : 2",
    ),
    cut: "2 cards attached, 1 listed",
  },
  {
    why: "a row of CSV is cut",
    text: "index, name, memory.total [MiB], memory.used [MiB]\n0, NVIDIA H100 PCIe, 81559 MiB, 1 MiB\n1, NVID",
    cut: "line 3: a row has fewer fields than the header",
  },
])("$why", ({ text, cut }) => {
  expect(inventoryFromNvidiaSmi([{ name: "box1.txt", text }]).hosts[0]?.cut).toEqual({
    source: "box1.txt",
    text: cut,
  });
});
