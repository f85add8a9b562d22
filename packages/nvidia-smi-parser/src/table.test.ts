import { describe, expect, test } from "vitest";
import { parseNvidiaSmi } from "./parse.ts";
import { printedValue } from "./printed.ts";
import type { GpuReport } from "./types.ts";

const HEAD = `
| NVIDIA-SMI 580.1     Driver Version: 580.2     CUDA Version: 13.0 |
|----------------------+------------------+------------------------|`;
const FIRST = `
|   0  NVIDIA A30  Off | 00000000:0B:00.0 Off |                  0 |
| N/A   48C    P0   33W / 165W |  100MiB / 24576MiB |   7%  E. Process |
|                              |                    |         Disabled |
+------------------------------+--------------------+------------------+`;

function table(text: string): GpuReport {
  const report = parseNvidiaSmi(text);
  if (report.kind !== "table") {
    throw new Error(`expected a table, got ${report.kind}`);
  }
  return report;
}

test("every cell of a card becomes a field", () => {
  const report = table(HEAD + FIRST);
  expect(report.host).toStrictEqual({
    smiVersion: { value: "580.1" },
    driverVersion: { value: "580.2" },
    cudaVersion: { value: "13.0" },
  });
  expect(report.gpus).toStrictEqual([
    {
      index: 0,
      name: { value: "NVIDIA A30" },
      persistence: { value: "Off" },
      busId: { value: "00000000:0B:00.0" },
      displayActive: { value: "Off" },
      eccUncorrectedVolatile: { value: 0 },
      fanPercent: { unavailable: "N/A" },
      temperatureC: { value: 48 },
      performanceState: { value: "P0" },
      powerDrawW: { value: 33 },
      powerLimitW: { value: 165 },
      memoryUsedMiB: { value: 100 },
      memoryTotalMiB: { value: 24_576 },
      utilizationPercent: { value: 7 },
      computeMode: { value: "E. Process" },
      migMode: { value: "Disabled" },
    },
  ]);
  expect(report.warnings).toStrictEqual([]);
});

describe("processes", () => {
  const part = (rows: string) =>
    `${HEAD}${FIRST}\n+------+\n| Processes: |\n|  GPU   GI   CI   PID   Type   Process name   Usage |\n|====|\n${rows}\n+------+`;

  test("absent without their table, empty where none runs", () => {
    expect(table(HEAD + FIRST).gpus[0]?.processes).toBeUndefined();
    expect(table(part("|  No running processes found |")).gpus[0]?.processes).toStrictEqual({
      value: [],
    });
    expect(table(part("")).gpus[0]?.processes).toStrictEqual({ value: [] });
  });

  test("a card that does not tell keeps its words", () => {
    const report = table(part("|    0        Not Supported   |"));
    expect(report.gpus[0]?.processes).toStrictEqual({ unavailable: "Not Supported" });
  });

  test("names may hold spaces and bars", () => {
    const report = table(part("|  0  N/A  N/A  42  C+G  C:\\NVIDIA App\\a|b.exe   N/A  |"));
    expect(printedValue(report.gpus[0]?.processes)).toStrictEqual([
      {
        pid: 42,
        type: { value: "C+G" },
        name: { value: "C:\\NVIDIA App\\a|b.exe" },
        usedMiB: { unavailable: "N/A" },
        gpuInstanceId: { unavailable: "N/A" },
        computeInstanceId: { unavailable: "N/A" },
      },
    ]);
  });

  test("rows of drivers before 450 have no instance ids", () => {
    const report = table(part("|    0      4910      C   /usr/bin/xmr-stak    2203MiB |"));
    expect(printedValue(report.gpus[0]?.processes)).toStrictEqual([
      {
        pid: 4910,
        type: { value: "C" },
        name: { value: "/usr/bin/xmr-stak" },
        usedMiB: { value: 2203 },
      },
    ]);
  });

  test("a process of a card without a row is a warning", () => {
    const report = table(part("|  3  N/A  N/A  42  C  python  9MiB  |"));
    expect(report.warnings).toMatchObject([{ code: "unlisted-gpu", gpuIndex: 3 }]);
  });
});

describe("cut and lost", () => {
  test("a row without its right border is not read", () => {
    const cut = `${HEAD}${FIRST}\n|   1  NVIDIA A30  Off | 00000000:0C:00.0 Off |  0 |\n| N/A   48C    P0   33W / 165W |  100MiB / 245`;
    const report = table(cut);
    expect(report.gpus[1]?.memoryTotalMiB).toBeUndefined();
    expect(report.warnings.map((warning) => warning.code)).toStrictEqual(["cut", "cut", "cut"]);
  });

  test("a head without cards throws", () => {
    expect(() => parseNvidiaSmi(HEAD)).toThrowError(/at least one card in the table, got no card/);
  });

  test("a card that fell off the bus is a warning", () => {
    const report = table(
      `${HEAD}${FIRST}
|   1  ERR!         Off | 00000000:0C:00.0 ERR! |  ERR! |
|ERR!  ERR! ERR!   ERR! / ERR! |  GPU is lost |  ERR!  ERR! |
+-----+-----+-----+`,
    );
    expect(report.gpus[1]).toMatchObject({
      name: { unavailable: "ERR!" },
      memoryTotalMiB: { unavailable: "GPU is lost" },
      fanPercent: { unavailable: "ERR!" },
    });
    expect(report.warnings).toStrictEqual([
      {
        code: "gpu-lost",
        text: "the card prints ERR!",
        gpuIndex: 1,
        busId: "00000000:0C:00.0",
      },
    ]);
  });
});

test("MIG devices of cards: none found, listed, not printed", () => {
  const on = FIRST.replace("Disabled", " Enabled");
  const mig = (rows: string) => `${HEAD}${on}\n+---+\n| MIG devices: |\n+---+\n${rows}\n+---+`;
  expect(table(HEAD + on).gpus[0]?.migDevices).toBeUndefined();
  expect(table(mig("|  No MIG devices found  |")).gpus[0]?.migDevices).toStrictEqual([]);
  expect(
    table(
      mig("|  0    2   1   3  |   11MiB /  9984MiB | 16      0 |  1   0 |\n| | 0MiB / 5MiB | | |"),
    ).gpus[0]?.migDevices,
  ).toStrictEqual([
    {
      index: 3,
      gpuInstanceId: 2,
      computeInstanceId: 1,
      memoryUsedMiB: { value: 11 },
      memoryTotalMiB: { value: 9984 },
      multiprocessors: { value: 16 },
    },
  ]);
});

test("rows that a narrow terminal wrapped are put together", () => {
  const report = table(`${HEAD}
|   0  NVIDIA A30  Off | 00000000:0B:00.0 Off |
   0 |
| N/A   48C    P0   33W / 165W |  100MiB / 24576MiB |
  7%  Default |
+----+`);
  expect(report.gpus[0]).toMatchObject({
    eccUncorrectedVolatile: { value: 0 },
    memoryTotalMiB: { value: 24_576 },
    computeMode: { value: "Default" },
  });
});
