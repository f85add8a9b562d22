/**
 * The same parts with others of them first and last, the ones between in their order; without orders with ends like
 * those given, and so many at most.
 */
export function otherEnds<T>(
  parts: readonly T[],
  most: number,
  isLike: (a: T, b: T | undefined) => boolean = (a, b) => a === b,
): readonly (readonly T[])[] {
  const found: (readonly T[])[] = [];
  const kinds = [...new Set(parts)];
  for (const first of kinds) {
    const others = without(parts, first);
    for (const last of kinds.filter((one) => others.includes(one))) {
      const isGiven = isLike(first, parts[0]) && isLike(last, parts.at(-1));
      if (found.length < most && !isGiven) {
        found.push([first, ...without(others, last), last]);
      }
    }
  }
  return found;
}

function without<T>(parts: readonly T[], part: T): readonly T[] {
  const at = parts.indexOf(part);
  return parts.filter((_, i) => i !== at);
}
