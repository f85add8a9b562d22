import * as z from "zod";

const text = z.string();
const count = z.int().min(0);

const sourced = z.looseObject({
  value: z.number(),
  basis: z.enum(["stated", "measured", "derived", "assumed"]),
  source: text.describe("a key of sources"),
});

const gpu = z.looseObject({
  id: text,
  name: text,
  architecture: text,
  computeCapability: text,
  memoryMiB: sourced.describe("as nvidia-smi prints it"),
  cudaVisibleMiB: sourced,
  bandwidthGBps: sourced,
  boardPowerW: sourced,
  peerToPeer: z.enum(["none", "nvlink", "pcie"]),
  denseTflops: z.record(text, sourced),
  pcie: z.looseObject({ generation: sourced, lanes: sourced }).exactOptional(),
  nvlink: z
    .looseObject({ generation: sourced, gbpsPerDirection: sourced, isBridged: z.boolean() })
    .exactOptional(),
  canMig: z.boolean(),
});

const model = z.strictObject({
  id: text,
  family: text,
  parameters: z.strictObject({ total: count, active: count }),
  layers: count,
  maxContext: count,
  quantization: text,
});

const engine = z.looseObject({
  id: text,
  title: text,
  oldestVersion: text,
  newestVersion: text,
  defaults: z.looseObject({
    maxBatchSize: count,
    maxNumTokens: count,
    kvFraction: z.number(),
    tokensPerBlock: count,
  }),
  facts: z.array(z.looseObject({})),
  precisions: z.array(z.looseObject({ source: text })),
});

const catalog = z.strictObject({
  schema: z.literal("berth/catalog@1"),
  gpus: z.array(gpu).exactOptional(),
  models: z.array(model).exactOptional(),
  engines: z.array(engine).exactOptional(),
  sources: z.record(
    text,
    z.looseObject({ title: text, url: text.nullable(), retrieved: text.nullable() }),
  ),
});

/** The JSON Schema of what `berth catalog --json` prints. */
export function catalogJsonSchema(): object {
  return z.toJSONSchema(catalog);
}
