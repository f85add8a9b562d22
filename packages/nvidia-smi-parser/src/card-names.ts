import type { Gpu, MatrixGpu, NvidiaSmiOutput } from "./types.ts";

/** The outputs, with names and UUIDs that stand in one of them (-L, say) put to the cards of a matrix in another. */
export function withCardNames(outputs: readonly NvidiaSmiOutput[]): readonly NvidiaSmiOutput[] {
  const cards = new Map<number, Gpu>();
  for (const output of outputs) {
    for (const gpu of "host" in output ? output.gpus : []) {
      if (gpu.index !== undefined) {
        cards.set(gpu.index, { ...cards.get(gpu.index), ...gpu });
      }
    }
  }
  return outputs.map((output) =>
    output.kind === "topology" || output.kind === "p2p"
      ? { ...output, gpus: output.gpus.map((gpu) => named(gpu, cards.get(gpu.index))) }
      : output,
  );
}

function named(gpu: MatrixGpu, card: Gpu | undefined): MatrixGpu {
  return {
    ...gpu,
    ...(card?.name === undefined ? {} : { name: card.name }),
    ...(card?.uuid === undefined ? {} : { uuid: card.uuid }),
  };
}
