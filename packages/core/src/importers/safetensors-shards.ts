import { InputError } from "../report/errors.ts";

/** The most shards seen: 191 (Llama-3.1-405B). */
const MAX_SHARDS = 10_000;

/** The files that an index names, each once. Throws an InputError for names that lead out of the folder. */
export function shardsOf(name: string, index: unknown): readonly string[] {
  const map = (index as { readonly weight_map?: unknown } | null)?.weight_map ?? {};
  const shards = [...new Set(Object.values(map))];
  const odd = shards.find((shard) => !isPlainPath(shard));
  if (odd !== undefined || shards.length > MAX_SHARDS) {
    const got = odd === undefined ? `${shards.length} files` : JSON.stringify(odd);
    throw new InputError(
      { file: name, key: "weight_map" },
      `expected up to ${MAX_SHARDS} files of the same folder, got ${got}`,
    );
  }
  return shards as readonly string[];
}

function isPlainPath(shard: unknown): boolean {
  return (
    typeof shard === "string" &&
    /^[\w.-]+(?:\/[\w.-]+)*$/.test(shard) &&
    !shard.split("/").some((part) => /^\.+$/.test(part))
  );
}
