/** Throws with the names of files that are not the same in both. `work` is a folder to unpack in. */
export function compareTarballs(
  ones: readonly string[],
  others: readonly string[],
  work: string,
): Promise<void>;
