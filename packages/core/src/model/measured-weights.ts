import type { Role } from "./tensor.ts";

/** Where the sizes of weights are from; the best is first. */
export const WEIGHT_SOURCES = ["safetensors headers", "GGUF tensor table", "rank files"] as const;

export type WeightSource = (typeof WEIGHT_SOURCES)[number];

/** Bytes of one role in one layer, by how they are stored. */
export interface RoleBytes {
  /** In 16 bits, as engines load them. */
  readonly plain: number;
  /** Elements of quantised matrices; in GGUF with their scales. */
  readonly quantized: number;
  readonly scales: number;
  /** Zero points as files pack them, four bits each. */
  readonly zeros: number;
}

export type BytesByRole = ReadonlyMap<Role, RoleBytes>;

/** What the files of a checkpoint hold, tensor by tensor summed up. */
export interface MeasuredWeights {
  readonly source: WeightSource;
  /** Bytes of all tensors in the files. */
  readonly fileBytes: number;
  /** Of these, what belongs to no part of the model that is described: draft layers, towers. */
  readonly unusedBytes: number;
  readonly layers: readonly BytesByRole[];
  /** Embedding, head and what else stands outside of layers. */
  readonly outside: BytesByRole;
}

/** An engine or checkpoint that was cut for its ranks already: bytes of each rank's file. */
export interface RankFiles {
  readonly tp: number;
  readonly pp: number;
  /** rank = stage · tp + tensor-parallel rank. */
  readonly bytes: readonly number[];
}

/** All four kinds together. */
export function roleTotal({ plain, quantized, scales, zeros }: RoleBytes): number {
  return plain + quantized + scales + zeros;
}
