/** Endings of files that hold what nvidia-smi printed; they are no part of a host's name. */
const ENDING = /\.(xml|txt|csv|log|out|smi)$/i;

/**
 * A host's name from where its text is from: "racks/box1.smi.xml" is box1. GPU ids are
 * "host:index", so what could be mistaken there becomes "-".
 */
export function hostName(source: string): string {
  let name = source.split(/[\\/]/).at(-1) ?? "";
  while (ENDING.test(name)) {
    name = name.replace(ENDING, "");
  }
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "");
  return safe === "" ? "host" : safe;
}

/** The names, with "-2", "-3", … behind those that come again. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let copy = 2; taken.has(free); copy += 1) {
      free = `${name}-${copy}`;
    }
    taken.add(free);
    return free;
  });
}
