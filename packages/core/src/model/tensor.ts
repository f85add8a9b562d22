/** What a weight is for; the roles of `berth estimate`'s parameter counts. */
export type Role =
  | "embedding"
  | "attention"
  | "mlp"
  | "expert"
  | "router"
  | "norm"
  | "head"
  | "vision"
  | "other";

/**
 * One weight of the model: `copies` matrices of `out` rows and `in` columns (a vector has one column).
 *
 * `cut` names the dimension that tensor parallelism divides. It is divided in whole units (heads,
 * vocabulary rows, expert columns): a rank gets ceil(units / tp) of them, so heads are copied where
 * there are more ranks than heads, and the last rank is padded where the division has a rest.
 */
export interface Tensor {
  /** Name inside its layer, such as "self_attn.q_proj", or the whole name outside layers. */
  readonly name: string;
  readonly role: Role;
  readonly out: number;
  readonly in: number;
  readonly copies: number;
  readonly cut: "out" | "in" | "none";
  readonly units: number;
  /** A matrix that quantisation may shrink; norms, biases and routers are not. */
  readonly isLinear: boolean;
  /** In the files and so in memory, but no computation reads it, and published counts of a model's code leave it out. */
  readonly isUnread?: true;
}

/** A matrix whose rows (column-parallel in Megatron's words) are divided over ranks. */
export function cutRows(
  name: string,
  role: Role,
  shape: { readonly out: number; readonly in: number; readonly units: number },
): Tensor {
  return {
    name,
    role,
    out: shape.out,
    in: shape.in,
    units: shape.units,
    copies: 1,
    cut: "out",
    isLinear: true,
  };
}

/** Rows that are no matrix to multiply with: short filters, decays. Divided like `cutRows`, never quantised. */
export function cutFilters(
  name: string,
  role: Role,
  shape: { readonly out: number; readonly in: number; readonly units: number },
): Tensor {
  return { ...cutRows(name, role, shape), isLinear: false };
}

/** A matrix whose columns (row-parallel) are divided over ranks. */
export function cutColumns(
  name: string,
  role: Role,
  shape: { readonly out: number; readonly in: number; readonly units: number },
): Tensor {
  return { ...cutRows(name, role, shape), cut: "in" };
}

/** A matrix that every rank holds whole. */
export function copied(
  name: string,
  role: Role,
  shape: { readonly out: number; readonly in: number },
): Tensor {
  return { name, role, ...shape, units: 1, copies: 1, cut: "none", isLinear: true };
}

/** A vector that every rank holds whole: a norm, or the bias of a row-parallel matrix. */
export function vector(name: string, role: Role, length: number): Tensor {
  return { name, role, out: length, in: 1, units: 1, copies: 1, cut: "none", isLinear: false };
}

/** The bias of a column-parallel matrix: divided with its rows. */
export function cutBias(
  name: string,
  role: Role,
  shape: { readonly out: number; readonly units: number },
): Tensor {
  return {
    name,
    role,
    out: shape.out,
    in: 1,
    units: shape.units,
    copies: 1,
    cut: "out",
    isLinear: false,
  };
}

/** Parameters of a tensor over all its copies. */
export function tensorParameters(tensor: Tensor): number {
  return tensor.out * tensor.in * tensor.copies;
}
