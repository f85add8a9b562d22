import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import { formatGib } from "../units/format.ts";
import { fieldsOf, shownSafely } from "./fields.ts";
import { MAX_CHECKPOINT_BYTES, MAX_LAYERS } from "./limits.ts";

/** What an index of safetensors files says of the whole checkpoint. */
export interface IndexSummary {
  /** Bytes of all tensors; absent where the index does not state them. */
  readonly totalBytes: number | undefined;
  /** Layers that its tensor names speak of: one more than the highest number. */
  readonly layers: number;
}

/** The most tensors seen: 91,991 (DeepSeek-V3). */
const MAX_TENSORS = 2_000_000;

const LAYER_NUMBER = /(?:^|\.)(?:layers|h|blocks)\.(\d{1,6})\./;

/** Reads `model.safetensors.index.json`. Throws an InputError where it is none. */
export function readSafetensorsIndex(file: string, value: unknown): IndexSummary {
  const index = fieldsOf(file, value);
  const map = index.object("weight_map");
  if (map === undefined) {
    throw index.bad("weight_map", "expected tensor names with their files, but it is missing");
  }
  const names = map.keys();
  if (names.length === 0 || names.length > MAX_TENSORS) {
    throw index.bad("weight_map", `expected 1 to ${MAX_TENSORS} tensors, got ${names.length}`);
  }
  let layers = 0;
  for (const name of names) {
    const shard = map.raw(name);
    if (typeof shard !== "string") {
      throw index.bad("weight_map", `expected file names, got ${shownSafely(shard)} in it`);
    }
    layers = Math.max(layers, 1 + Number(LAYER_NUMBER.exec(name)?.[1] ?? -1));
  }
  const metadata = index.object("metadata");
  return metadata?.has("total_size")
    ? { totalBytes: metadata.count("total_size", MAX_CHECKPOINT_BYTES), layers }
    : { totalBytes: undefined, layers };
}

/** Where the files and the config's arithmetic disagree, in sentences. */
export function indexNotes(model: ModelSpec, index: IndexSummary): readonly string[] {
  const layers = layerCount(model);
  const notes: string[] = [];
  if (index.layers > 0 && index.layers < layers && index.layers <= MAX_LAYERS) {
    notes.push(
      `config.json has ${layers} layers, the safetensors index names tensors of ${index.layers}`,
    );
  }
  const expected = expectedBytes(model);
  if (index.totalBytes !== undefined && expected !== undefined) {
    const difference = Math.abs(index.totalBytes / expected - 1);
    if (difference > TOLERATED) {
      notes.push(
        `the safetensors index states ${formatGib(index.totalBytes)}, the config's arithmetic gives ${formatGib(expected)}`,
      );
    }
  }
  return notes;
}

/** Llama 2's files hold 0.00004 % more than its parameters (rotary frequencies); real differences are larger. */
const TOLERATED = 0.001;

/** Two bytes a parameter where nothing is quantised; unknown elsewhere. */
function expectedBytes(model: ModelSpec): number | undefined {
  const { quantization } = model.stored;
  return quantization === "bf16" || quantization === "fp16"
    ? 2 * countParameters(model).total
    : undefined;
}
