import { expect, test } from "vitest";
import { parseNvidiaSmi } from "./parse.ts";

const HEAD = `
==============NVSMI LOG==============

Timestamp                      : Sun Nov 22 11:16:01 2026
Driver Version                 : 610.62 [Deprecated; use KMD Version]
KMD Version                    : 610.63
CUDA Version                   : 13.0

Attached GPUs                  : 2
GPU 00000000:00:06.0
    Product Name               : NVIDIA H100
`;
const REST = `    FB Memory Usage
        Total                  : 81559 MiB
        Reserved               : 480 MiB
        Used                   : 1 MiB
        Free                   : 81079 MiB
    BAR1 Memory Usage
        Total                  : 131072 MiB
    Processes                  : None
`;

test("keys are told apart by their indentation", () => {
  expect(parseNvidiaSmi(HEAD + REST)).toStrictEqual({
    kind: "query",
    host: {
      timestamp: "Sun Nov 22 11:16:01 2026",
      driverVersion: { value: "610.63" },
      cudaVersion: { value: "13.0" },
      attachedGpus: 2,
    },
    gpus: [
      {
        index: 0,
        busId: { value: "00000000:00:06.0" },
        name: { value: "NVIDIA H100" },
        memoryTotalMiB: { value: 81_559 },
        memoryReservedMiB: { value: 480 },
        memoryUsedMiB: { value: 1 },
        memoryFreeMiB: { value: 81_079 },
        processes: { value: [] },
      },
    ],
    warnings: [{ code: "cut", text: "2 cards attached, 1 listed" }],
  });
});

test("a lost card explains the card that is missing", () => {
  const lost = "Unable to determine the device handle for GPU0000:04:00.0: GPU is lost.\n";
  expect(parseNvidiaSmi(lost + HEAD + REST).warnings).toMatchObject([
    { code: "gpu-lost", busId: "0000:04:00.0", line: 1 },
  ]);
});

test("processes hold the instance ids that stand before them", () => {
  const processes = `    Processes
        GPU instance ID        : 2
        Compute instance ID    : 0
        Process ID             : 438
            Type               : C
            Name               : C:\\a : b.exe
            Used GPU Memory    : Not available in WDDM driver model
        GPU instance ID        : N/A
        Compute instance ID    : N/A
        Process ID             : 439
`;
  const report = parseNvidiaSmi(HEAD + REST.replace(/ {4}Processes.*\n/, processes));
  expect(report).toMatchObject({
    gpus: [
      {
        processes: {
          value: [
            {
              pid: 438,
              name: { value: "C:\\a : b.exe" },
              usedMiB: { unavailable: "Not available in WDDM driver model" },
              gpuInstanceId: { value: 2 },
              computeInstanceId: { value: 0 },
            },
            { pid: 439, gpuInstanceId: { unavailable: "N/A" } },
          ],
        },
      },
    ],
  });
});

test("-q -d prints a part of the fields", () => {
  const part = `Attached GPUs                  : 1
GPU 00000000:00:06.0
    Compute Mode               : Default
`;
  expect(parseNvidiaSmi(part)).toMatchObject({
    gpus: [{ computeMode: { value: "Default" } }],
    warnings: [],
  });
});

test("a text that ends before the first card's memory throws", () => {
  expect(() => parseNvidiaSmi(HEAD)).toThrowError(
    /expected `FB Memory Usage` of at least one card/,
  );
  expect(() => parseNvidiaSmi(HEAD.slice(0, HEAD.indexOf("GPU 0000")))).toThrowError(
    /expected a line `GPU <bus id>`/,
  );
});
