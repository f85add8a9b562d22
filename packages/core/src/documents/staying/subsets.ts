/** Every set of these, the empty one first; 2^n of them. */
export function subsets<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: 2 ** all.length }, (_, bits) =>
    all.filter((_, i) => Math.floor(bits / 2 ** i) % 2 === 1),
  );
}
