import {
  type AppsReport,
  type GpuReport,
  type NvidiaSmiOutput,
  NvidiaSmiParseError,
  type P2pReport,
  parseNvidiaSmiOutputs,
  present,
  printedValue,
  type TopologyReport,
  type Warning,
} from "nvidia-smi-parser";
import { InputError } from "../report/errors.ts";
import { distinctNames, hostName } from "./host-name.ts";
import type { InventoryDocument, InventoryHost } from "./inventory-document.ts";
import { inventoryGpu } from "./inventory-gpu.ts";
import { inventoryLinks } from "./inventory-links.ts";
import { gpuWarnings } from "./inventory-warnings.ts";
import { mergeGpus } from "./merge-gpus.ts";
import { whereCut } from "./where-cut.ts";

/** What nvidia-smi printed on one host: one output or several, and what topo printed, if apart. */
export interface InventorySource {
  /** Where the text is from: a path or a host. Messages and, by default, the host are called so. */
  readonly name: string;
  readonly text: string;
  readonly host?: string;
  readonly topology?: { readonly name: string; readonly text: string };
}

/** What the hosts have; one host a source. Throws an InputError for a text without any card. */
export function inventoryFromNvidiaSmi(sources: readonly InventorySource[]): InventoryDocument {
  const names = distinctNames(sources.map(({ name, host }) => hostName(host ?? name)));
  const read = sources.map((source, i) => readHost(source, names[i] ?? source.name));
  return {
    schema: "berth/inventory@1",
    hosts: read.map(({ host }) => host),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

interface ReadHost {
  readonly host: InventoryHost;
  readonly warnings: readonly string[];
}

function readHost(source: InventorySource, name: string): ReadHost {
  const outputs = readOutputs(source);
  const reports = outputs.filter(isGpuReport);
  const kinds = [...new Set(outputs.map(({ kind }) => kind))].join(", ");
  if (reports.length === 0) {
    const expected = "expected the cards of a host (nvidia-smi -q -x, say)";
    throw new InputError({ file: source.name }, `${expected}, got only: ${kinds}`);
  }
  const topologies = outputs.filter(
    (output): output is TopologyReport => output.kind === "topology",
  );
  const p2ps = outputs.filter((output): output is P2pReport => output.kind === "p2p");
  const apps = outputs
    .filter((output): output is AppsReport => output.kind === "csv-apps")
    .flatMap(({ processes }) => processes);
  const { gpus: printed, strangers } = mergeGpus(reports);
  const warnings = reports.flatMap((report) => report.warnings);
  const gpus = printed.map((gpu, place) =>
    inventoryGpu(gpu, gpu.index ?? place, { apps, warnings }),
  );
  const cut = whereCut({ text: source.text, reports, gpus: printed });
  const host: InventoryHost = {
    name,
    ...versions(reports),
    gpus,
    links: inventoryLinks(gpus, topologies, p2ps),
    ...(cut === undefined ? {} : { cut: { source: source.name, text: placed(cut) } }),
  };
  return {
    host,
    warnings: [
      ...outputs.flatMap((output) => output.warnings.map((warning) => remark(source, warning))),
      ...strangers.map(
        ({ kind }) => `${source.name}: an output (${kind}) is left out, it speaks of other cards`,
      ),
      ...countWarnings(name, host, reports, [...topologies, ...p2ps]),
      ...gpuWarnings(
        name,
        gpus.map((gpu, i) => ({ gpu, printed: printed[i] ?? {} })),
      ),
    ],
  };
}

function readOutputs({ name, text, topology }: InventorySource): readonly NvidiaSmiOutput[] {
  const cards = parseOutputs(name, text);
  if (topology === undefined) {
    return cards;
  }
  const links = parseOutputs(topology.name, topology.text).filter(
    ({ kind }) => kind === "topology" || kind === "p2p",
  );
  if (links.length === 0) {
    throw new InputError({ file: topology.name }, "expected what nvidia-smi topo -m prints");
  }
  return [...cards, ...links];
}

function parseOutputs(file: string, text: string): readonly NvidiaSmiOutput[] {
  try {
    return parseNvidiaSmiOutputs(text);
  } catch (error) {
    throw error instanceof NvidiaSmiParseError
      ? new InputError({ file }, error.message, { cause: error })
      : error;
  }
}

function isGpuReport(output: NvidiaSmiOutput): output is GpuReport {
  return "host" in output;
}

function versions(reports: readonly GpuReport[]): Partial<InventoryHost> {
  const first = (field: "driverVersion" | "cudaVersion"): string | undefined =>
    reports.map(({ host }) => printedValue(host[field])).find((value) => value !== undefined);
  return present({ driverVersion: first("driverVersion"), cudaVersion: first("cudaVersion") });
}

function remark({ name }: InventorySource, warning: Warning): string {
  const end = warning.code === "gpu-lost" ? "; plans leave lost cards out" : "";
  return `${name}: ${placed(warning)}${end}`;
}

/** "line 22: the table has no lower border". */
function placed({ text, line, gpuIndex }: Warning): string {
  if (line !== undefined) {
    return `line ${line}: ${text}`;
  }
  return gpuIndex === undefined ? text : `GPU ${gpuIndex}: ${text}`;
}

/** Cards that an output counts or links, but does not describe. */
function countWarnings(
  name: string,
  { gpus }: InventoryHost,
  reports: readonly GpuReport[],
  matrices: readonly (TopologyReport | P2pReport)[],
): readonly string[] {
  const attached = Math.max(0, ...reports.map(({ host }) => host.attachedGpus ?? 0));
  const unknown = matrices
    .flatMap((matrix) => matrix.gpus.map(({ index }) => index))
    .filter((index) => !gpus.some((gpu) => gpu.index === index));
  return [
    ...(gpus.length === 0 ? [`${name}: no cards were printed`] : []),
    ...(attached > gpus.length
      ? [`${name}: ${attached} cards are attached, but only ${gpus.length} are described`]
      : []),
    ...(unknown.length > 0
      ? [`${name}: links of GPU${[...new Set(unknown)].join(", GPU")} are left out: no such card`]
      : []),
    ...(matrices.length > 0 && matrices.every(({ kind }) => kind === "p2p")
      ? [`${name}: topo -p2p alone does not say how cards are joined; add nvidia-smi topo -m`]
      : []),
  ];
}
