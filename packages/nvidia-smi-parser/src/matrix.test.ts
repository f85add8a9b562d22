import { describe, expect, test } from "vitest";
import { parseNvidiaSmi } from "./parse.ts";
import type { TopologyReport } from "./types.ts";

function topology(text: string): TopologyReport {
  const report = parseNvidiaSmi(text);
  if (report.kind !== "topology") {
    throw new Error(`expected a topology, got ${report.kind}`);
  }
  return report;
}

describe("topo -m", () => {
  const tabs = `\t\u001b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m
GPU0\t X \tNV4\tPIX\t0-5\t0\t\tN/A
GPU1\tNV4\t X \tSYS\t\t1\t\tN/A
NIC0\tPIX\tSYS\t X

NIC Legend:

  NIC0: mlx5_0
`;
  const expected = {
    kind: "topology",
    gpus: [
      { index: 0, cpuAffinity: "0-5", numaAffinity: "0" },
      { index: 1, numaAffinity: "1" },
    ],
    links: [{ a: 0, b: 1, kind: "NV4" }],
    nics: [
      {
        name: "NIC0",
        device: "mlx5_0",
        links: [
          { gpu: 0, kind: "PIX" },
          { gpu: 1, kind: "SYS" },
        ],
      },
    ],
    warnings: [],
  };

  test("links, network cards and affinities", () => {
    expect(topology(tabs)).toStrictEqual(expected);
  });

  test("tabs turned into spaces say the same", () => {
    const spaces = tabs
      .split("\n")
      .map((line) =>
        line
          .replace("\u001b[4m", "")
          .split("\t")
          .reduce((left, cell) => `${left.padEnd((Math.floor(left.length / 8) + 1) * 8)}${cell}`),
      )
      .join("\n");
    expect(spaces).not.toContain("\t");
    expect(topology(spaces)).toStrictEqual(expected);
  });

  test("a missing row is told from the other side, with a warning", () => {
    expect(topology("   GPU0 GPU1 CPU Affinity\nGPU0  X  SYS 0-3\n")).toStrictEqual({
      kind: "topology",
      gpus: [{ index: 0, cpuAffinity: "0-3" }, { index: 1 }],
      links: [{ a: 0, b: 1, kind: "SYS" }],
      nics: [],
      warnings: [{ code: "cut", text: "the row of GPU1 is missing or short" }],
    });
  });

  test("names come from a list in the same text", () => {
    const list = "$ nvidia-smi -L\nGPU 0: NVIDIA A30 (UUID: GPU-1)\n$ nvidia-smi topo -m\n";
    expect(topology(list + tabs).gpus[0]).toStrictEqual({
      index: 0,
      cpuAffinity: "0-5",
      numaAffinity: "0",
      name: { value: "NVIDIA A30" },
      uuid: { value: "GPU-1" },
    });
  });

  test("network cards by their device names, and words that are new", () => {
    const text =
      "  GPU0 mlx5_bond_0 rdmap79s0 CPU Affinity\nGPU0 X PIX C2C 0-3\nmlx5_bond_0 PIX X SYS\n";
    expect(topology(text).nics).toStrictEqual([
      { name: "mlx5_bond_0", links: [{ gpu: 0, kind: "PIX" }] },
      { name: "rdmap79s0", links: [{ gpu: 0, kind: "C2C" }] },
    ]);
  });

  test("a head without rows throws", () => {
    expect(() => parseNvidiaSmi("\tGPU0\tGPU1\tCPU Affinity\n")).toThrowError(
      /expected a row of GPU0/,
    );
  });
});

describe("topo -p2p", () => {
  test("is told by its words", () => {
    expect(parseNvidiaSmi(" \tGPU0\tGPU1\n GPU0\tX\tCNS\n GPU1\tCNS\tX\n")).toStrictEqual({
      kind: "p2p",
      gpus: [{ index: 0 }, { index: 1 }],
      links: [{ a: 0, b: 1, kind: "CNS" }],
      warnings: [],
    });
  });

  test("of one card is told by its legend", () => {
    expect(parseNvidiaSmi(" GPU0\n GPU0 X\n\nLegend:\n  CNS  = Chipset not supported\n").kind).toBe(
      "p2p",
    );
  });
});
