/** How one ggml type packs its elements. */
export interface GgmlType {
  readonly name: string;
  /** Elements a block; a row is whole blocks. */
  readonly block: number;
  /** Bytes a block, scales included. */
  readonly bytes: number;
}

/** The type of this number; undefined for one that no file should hold. */
export function ggmlType(id: number): GgmlType | undefined {
  return TYPES.get(id);
}

/** Types of plain elements, which llama.cpp leaves as they are. */
export function isPlainGgmlType(name: string): boolean {
  return name === "F32" || name === "F16" || name === "BF16" || name === "F64";
}

type Row = readonly [id: number, name: string, block: number, bytes: number];

/**
 * ggml-org/llama.cpp, gguf-py/gguf/constants.py (GGMLQuantizationType and GGML_QUANT_SIZES); the sums are
 * those of its structs: scales first, then packed elements.
 */
const ROWS: readonly Row[] = [
  [0, "F32", 1, 4],
  [1, "F16", 1, 2],
  [2, "Q4_0", 32, 2 + 16],
  [3, "Q4_1", 32, 2 + 2 + 16],
  [6, "Q5_0", 32, 2 + 4 + 16],
  [7, "Q5_1", 32, 2 + 2 + 4 + 16],
  [8, "Q8_0", 32, 2 + 32],
  [9, "Q8_1", 32, 2 + 2 + 32],
  [10, "Q2_K", 256, 2 + 2 + 16 + 64],
  [11, "Q3_K", 256, 2 + 64 + 32 + 12],
  [12, "Q4_K", 256, 2 + 2 + 128 + 12],
  [13, "Q5_K", 256, 2 + 2 + 128 + 32 + 12],
  [14, "Q6_K", 256, 2 + 128 + 64 + 16],
  [15, "Q8_K", 256, 4 + 256 + 32],
  [16, "IQ2_XXS", 256, 2 + 64],
  [17, "IQ2_XS", 256, 2 + 64 + 8],
  [18, "IQ3_XXS", 256, 2 + 64 + 32],
  [19, "IQ1_S", 256, 2 + 32 + 16],
  [20, "IQ4_NL", 32, 2 + 16],
  [21, "IQ3_S", 256, 2 + 64 + 32 + 8 + 4],
  [22, "IQ2_S", 256, 2 + 64 + 16],
  [23, "IQ4_XS", 256, 2 + 2 + 128 + 4],
  [24, "I8", 1, 1],
  [25, "I16", 1, 2],
  [26, "I32", 1, 4],
  [27, "I64", 1, 8],
  [28, "F64", 1, 8],
  [29, "IQ1_M", 256, 32 + 16 + 8],
  [30, "BF16", 1, 2],
  [34, "TQ1_0", 256, 2 + 4 * 13],
  [35, "TQ2_0", 256, 2 + 64],
  [39, "MXFP4", 32, 1 + 16],
  [40, "NVFP4", 64, 4 + 32],
  [41, "Q1_0", 128, 2 + 16],
  [42, "Q2_0", 64, 2 + 16],
];

const TYPES: ReadonlyMap<number, GgmlType> = new Map(
  ROWS.map(([id, name, block, bytes]) => [id, { name, block, bytes }]),
);
