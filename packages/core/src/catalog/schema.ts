import { z } from "zod";
import type {
  Cell,
  GpuAliasRow,
  GpuRow,
  Json,
  JsonObject,
  LauncherRow,
  LinkRow,
  LoadingRow,
  ModelRow,
  SourceRow,
  SpeedLinkRow,
  SpeedRow,
} from "./rows.ts";

// Shapes of data/. Only the data builder and tests read this file: nothing is validated at run time.

const id: z.ZodType<string> = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const sourceId: z.ZodType<string> = id;
const basis = z.enum(["stated", "measured", "derived", "assumed"]);
const positive: z.ZodType<number> = z.number().positive();
const positiveInteger: z.ZodType<number> = z.int().positive();

function cell<T>(value: z.ZodType<T>): z.ZodType<Cell<T>> {
  return z.tuple([value, basis, sourceId]);
}

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), jsonObject]),
);
const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), json);

export const gpuRowSchema: z.ZodType<GpuRow> = z.strictObject({
  id,
  name: z.string().min(1),
  architecture: z.string().min(1),
  computeCapability: cell(z.string().regex(/^\d+\.\d$/)),
  memoryMiB: cell(positiveInteger),
  cudaVisibleMiB: cell(positive),
  bandwidthGBps: cell(positive),
  denseFp16Tflops: cell(positive).exactOptional(),
  denseBf16Tflops: cell(positive).exactOptional(),
  denseFp8Tflops: cell(positive).exactOptional(),
  denseFp4Tflops: cell(positive).exactOptional(),
  denseInt8Tops: cell(positive).exactOptional(),
  fp32Tflops: cell(positive).exactOptional(),
  pcieGen: cell(positiveInteger).exactOptional(),
  pcieLanes: cell(positiveInteger).exactOptional(),
  nvlink: z
    .strictObject({
      generation: cell(positiveInteger),
      gbpsPerDirection: cell(positive),
      bridged: z.boolean(),
    })
    .exactOptional(),
  hostLink: z
    .strictObject({
      kind: z.string(),
      gbpsPerDirection: cell(positive),
      coherent: z.boolean(),
      unified: z.boolean(),
    })
    .exactOptional(),
  peerToPeer: cell(z.enum(["none", "nvlink-only", "pcie"])),
  boardPowerW: cell(positive),
  mig: cell(z.boolean()).exactOptional(),
});

export const gpuAliasRowSchema: z.ZodType<GpuAliasRow> = z.strictObject({
  printed: z.string().min(1),
  memoryMiB: positiveInteger.exactOptional(),
  id,
});

export const linkRowSchema: z.ZodType<LinkRow> = z.strictObject({
  id,
  name: z.string().min(1),
  technology: z.string().min(1),
  generation: positive,
  width: positiveInteger,
  bytesPerSecondPerDirection: cell(positive),
});

export const loadingRowSchema: z.ZodType<LoadingRow> = z.strictObject({
  id,
  name: z.string().min(1),
  bytesPerSecond: cell(positive),
});

const share: z.ZodType<number> = z.number().positive().max(1);
const ratios = z.tuple([positive, positive]);

export const speedRowSchema: z.ZodType<SpeedRow> = z.strictObject({
  engine: z.string().min(1),
  architecture: z.string().min(1),
  basis,
  source: sourceId,
  constants: z.strictObject({
    stepSeconds: positive,
    layerSeconds: positive,
    normedLayerSeconds: positive,
    expertLayerSeconds: positive,
    latentLayerSeconds: positive,
    sequenceSeconds: positive,
    collectiveSeconds: positive,
    denseBandwidth: share,
    expertBandwidth: share,
    kvBandwidth: share,
    denseCompute: share,
    expertCompute: share,
    attentionCompute: share,
    wideningWork: positive,
    linkBandwidth: share,
    routingSpread: share,
    firstTokenSeconds: positive,
    promptLayerSeconds: positive,
    promptExpertLayerSeconds: positive,
    promptLatentLayerSeconds: positive,
    attentionDpSteps: positive,
    startsTogether: positive,
    acceptedOfFour: positive,
  }),
  bounds: z.strictObject({ tpot: ratios, ttft: ratios }),
  ofAllRows: z.array(z.enum(["tpot", "ttft"])),
});

export const speedLinkRowSchema: z.ZodType<SpeedLinkRow> = z.strictObject({
  id: z.enum(["pcie-peer", "host", "network"]),
  name: z.string().min(1),
  efficiency: cell(share),
  exchangeSeconds: cell(positive),
});

const hubId: z.ZodType<string> = z.string().regex(/^[\w.-]+\/[\w.-]+$/);

export const modelRowSchema: z.ZodType<ModelRow> = z.strictObject({
  id: hubId,
  aliases: z.array(hubId),
  source: sourceId,
  config: jsonObject,
  hfQuant: jsonObject.exactOptional(),
  safetensorsTotalBytes: cell(positiveInteger).exactOptional(),
  parameters: cell(positiveInteger).exactOptional(),
  roundedParameters: cell(z.string().regex(/^\d+(\.\d+)?[BT]$/)).exactOptional(),
});

export const launcherRowSchema: z.ZodType<LauncherRow> = z.strictObject({
  fact: z.string().regex(/^[a-z][A-Za-z]*$/),
  from: z.string().min(1).exactOptional(),
  value: z.union([z.string().min(1), positiveInteger]),
  source: sourceId,
  note: z.string().exactOptional(),
});

const sourceRowSchema: z.ZodType<SourceRow> = z.strictObject({
  title: z.string().min(1),
  url: z.url().nullable(),
  retrieved: z.iso.date().nullable(),
  note: z.string().exactOptional(),
});

export const sourcesSchema: z.ZodType<Readonly<Record<string, SourceRow>>> = z.record(
  id,
  sourceRowSchema,
);
