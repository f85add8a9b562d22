import { layerRanks, type Parallelism } from "../model/parallelism.ts";
import type { Tensor } from "../model/tensor.ts";

/** What one rank holds of a tensor. */
export interface Shard {
  readonly out: number;
  readonly in: number;
  readonly copies: number;
}

/**
 * One rank's part of a tensor: ceil(units / tp) of the units along the dimension that is cut. Experts are
 * dealt out over ep ranks first, and what is left of tp divides each expert (moe_tp · moe_ep = tp).
 */
export function shardOf(tensor: Tensor, parallelism: Parallelism): Shard {
  const { tp, ep } = parallelism;
  const isExpert = tensor.role === "expert";
  const ways = isExpert ? tp / ep : layerRanks(parallelism);
  const copies = isExpert ? Math.ceil(tensor.copies / ep) : tensor.copies;
  switch (tensor.cut) {
    case "none":
      return { out: tensor.out, in: tensor.in, copies };
    case "out":
      return {
        out: (tensor.out / tensor.units) * Math.ceil(tensor.units / ways),
        in: tensor.in,
        copies,
      };
    case "in":
      return {
        out: tensor.out,
        in: (tensor.in / tensor.units) * Math.ceil(tensor.units / ways),
        copies,
      };
    default:
      return tensor.cut satisfies never;
  }
}
