import { expect, test } from "vitest";
import { parseNvidiaSmi } from "./parse.ts";

test("cards with their MIG devices; old UUIDs tell the instance ids", () => {
  expect(
    parseNvidiaSmi(`GPU 0: A100-SXM4-40GB (UUID: GPU-1)
  MIG 1g.5gb      Device  0: (UUID: MIG-GPU-1/7/0)
  MIG 1g.5gb+me   Device  1: (UUID: MIG-2)
GPU 1: NVIDIA (odd) name (UUID: GPU-2)
`),
  ).toStrictEqual({
    kind: "list",
    host: {},
    gpus: [
      {
        index: 0,
        name: { value: "A100-SXM4-40GB" },
        uuid: { value: "GPU-1" },
        migDevices: [
          {
            index: 0,
            profile: "1g.5gb",
            uuid: "MIG-GPU-1/7/0",
            gpuInstanceId: 7,
            computeInstanceId: 0,
          },
          { index: 1, profile: "1g.5gb+me", uuid: "MIG-2" },
        ],
      },
      { index: 1, name: { value: "NVIDIA (odd) name" }, uuid: { value: "GPU-2" } },
    ],
    warnings: [],
  });
});

test("nvlink -s: speeds, and words in their place", () => {
  expect(
    parseNvidiaSmi(
      "GPU 0: NVIDIA H200 (UUID: GPU-1)\n\t Link 0: 26.562 GB/s\n\t Link 1: <inactive>\n",
    ),
  ).toStrictEqual({
    kind: "nvlink",
    gpus: [
      {
        index: 0,
        name: "NVIDIA H200",
        uuid: "GPU-1",
        links: [
          { index: 0, speedGBps: { value: 26.562 } },
          { index: 1, speedGBps: { unavailable: "<inactive>" } },
        ],
      },
    ],
    warnings: [],
  });
});

test("mig -lgip: one row a profile", () => {
  const text = `+----+
| GPU instance profiles: |
|   0  MIG 1g.10gb+me  20     0/1        9.75       No     16     1     0   |
|                                                           1     1     1   |
+----+`;
  expect(parseNvidiaSmi(text)).toStrictEqual({
    kind: "mig-profiles",
    profiles: [
      {
        gpu: 0,
        name: "1g.10gb+me",
        id: 20,
        instancesFree: 0,
        instancesTotal: 1,
        memoryGiB: 9.75,
        multiprocessors: 16,
      },
    ],
    warnings: [],
  });
  expect(() => parseNvidiaSmi("| GPU instance profiles: |\n")).toThrowError(
    /at least one GPU inst/,
  );
});
