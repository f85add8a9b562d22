import { describe, expect, test } from "vitest";
import { parseNvidiaSmi } from "./parse.ts";

describe("--query-gpu", () => {
  test("values with and without units are the same", () => {
    const head = "index, name, memory.total [MiB], power.limit [W], fan.speed [%]\n";
    const gpus = [
      {
        index: 0,
        name: { value: "NVIDIA A30" },
        memoryTotalMiB: { value: 24_576 },
        powerLimitW: { value: 165 },
        fanPercent: { unavailable: "[N/A]" },
      },
    ];
    expect(parseNvidiaSmi(`${head}0, NVIDIA A30, 24576 MiB, 165.00 W, [N/A]`)).toMatchObject({
      gpus,
    });
    expect(parseNvidiaSmi(`${head}0, NVIDIA A30, 24576, 165.00, [N/A]`)).toMatchObject({ gpus });
  });

  test("one column alone", () => {
    expect(parseNvidiaSmi("name\nNVIDIA A30\nNVIDIA A30\n")).toMatchObject({
      kind: "csv-gpus",
      gpus: [{ name: { value: "NVIDIA A30" } }, { name: { value: "NVIDIA A30" } }],
    });
  });

  test("a lost card is a warning; the driver is read from another row", () => {
    const lost = "0, [GPU is lost], [GPU is lost]\n1, NVIDIA A30, 580.1\n";
    expect(parseNvidiaSmi(`index, name, driver_version\n${lost}`)).toMatchObject({
      host: { driverVersion: { value: "580.1" } },
      warnings: [{ code: "gpu-lost", gpuIndex: 0 }],
    });
  });

  test("of the rows that -l repeats the last counts", () => {
    const rows = "0, 1 MiB\n1, 2 MiB\n0, 3 MiB\n1, 4 MiB\n";
    expect(parseNvidiaSmi(`index, memory.used [MiB]\n${rows}`)).toMatchObject({
      gpus: [
        { index: 0, memoryUsedMiB: { value: 3 } },
        { index: 1, memoryUsedMiB: { value: 4 } },
      ],
    });
  });

  test("a short row is left out with a warning", () => {
    expect(parseNvidiaSmi("index, name, uuid\n0, A, GPU-1\n1, A")).toMatchObject({
      gpus: [{ index: 0 }],
      warnings: [{ code: "cut", line: 3 }],
    });
  });

  test("a header without rows throws", () => {
    expect(() => parseNvidiaSmi("index, name\n")).toThrowError(/expected a row below the header/);
  });
});

describe("--query-compute-apps", () => {
  test("no rows are no processes", () => {
    expect(parseNvidiaSmi("gpu_uuid, pid, process_name, used_gpu_memory [MiB]\n")).toStrictEqual({
      kind: "csv-apps",
      processes: [],
      warnings: [],
    });
  });

  test("commas in a process name belong to it", () => {
    expect(
      parseNvidiaSmi("pid, process_name, used_gpu_memory [MiB]\n7, a, b, c, 5 MiB\n"),
    ).toMatchObject({ processes: [{ pid: 7, name: { value: "a, b, c" }, usedMiB: { value: 5 } }] });
  });

  test("without a header, a program's name tells them from cards", () => {
    expect(parseNvidiaSmi("GPU-89dc84c1-3f55, 438, python3, 3590 MiB\n")).toMatchObject({
      kind: "csv-apps",
      processes: [{ pid: 438, gpuUuid: { value: "GPU-89dc84c1-3f55" } }],
    });
  });
});

describe("without a header", () => {
  const read = (text: string, columns?: readonly string[]) =>
    parseNvidiaSmi(text, columns === undefined ? {} : { columns });

  test("two sizes with units are total and used", () => {
    expect(read("0, NVIDIA A30, 24576 MiB, 3 MiB, 0 %")).toMatchObject({
      gpus: [{ index: 0, memoryTotalMiB: { value: 24_576 }, memoryUsedMiB: { value: 3 } }],
      warnings: [{ code: "notice", text: expect.stringContaining("memory.total, memory.used, ?") }],
    });
  });

  test("four bare numbers are memory where total = used + free + reserved", () => {
    // 0 + 81079 + 480 = 81559
    expect(read("0, NVIDIA H100, 81559, 0, 81079, 480, 5")).toMatchObject({
      gpus: [{ memoryTotalMiB: { value: 81_559 }, memoryReservedMiB: { value: 480 } }],
    });
  });

  test("a large number behind the name is the total; what else can't be told is absent", () => {
    const gpus = [{ index: 0, name: { value: "NVIDIA A30" }, memoryTotalMiB: { value: 24_576 } }];
    expect(read("0, NVIDIA A30, 24576, 3, 0")).toMatchObject({ gpus });
    expect(read("0, NVIDIA A30, 24576 MiB")).toMatchObject({ gpus });
    expect(read("0, NVIDIA A30, 3, 24576")).toStrictEqual({
      kind: "csv-gpus",
      host: {},
      gpus: [{ index: 0, name: { value: "NVIDIA A30" } }],
      warnings: [expect.objectContaining({ code: "notice" })],
    });
  });

  test("given columns settle it", () => {
    const columns = ["index", "name", "memory.total", "memory.free"];
    expect(read("0, Some Card, 24576, 3", columns)).toMatchObject({
      gpus: [{ memoryTotalMiB: { value: 24_576 }, memoryFreeMiB: { value: 3 } }],
      warnings: [],
    });
  });

  test("prose with commas is no CSV", () => {
    expect(() => read("well, hello there\nyes, of course")).toThrowError(/expected an output of/);
  });
});
