import { basename, dirname, join } from "node:path";
import { InputError, type ModelSpec } from "@berth/core";
import { type GgufHeader, ggufParts, ggufSplit, importGguf, readGguf } from "@berth/core/files";
import { fileSize, withFileSource } from "./file-source.ts";

/** The most parts of a split file seen: 25. */
const MAX_PARTS = 1000;

/** The model in a GGUF file, with all its parts where its name says that it is split. */
export async function readGgufFile(id: string, path: string): Promise<ModelSpec> {
  const split = ggufSplit(basename(path));
  const names = split === undefined ? [basename(path)] : ggufParts(split).slice(0, MAX_PARTS);
  const headers: GgufHeader[] = [];
  for (const name of names) {
    const part = join(dirname(path), name);
    if ((await fileSize(part)) === undefined) {
      throw new InputError({ file: id }, `expected all ${names.length} parts, found no ${name}`);
    }
    const called = split === undefined ? id : name;
    headers.push(
      await withFileSource({ path: part, name: called }, (source) => readGguf(called, source)),
    );
  }
  return importGguf(id, id, merged(headers));
}

/** Metadata are in the first part, and the tensors of each in its own table. */
function merged(headers: readonly GgufHeader[]): GgufHeader {
  return {
    metadata: headers[0]?.metadata ?? new Map(),
    tensors: headers.flatMap(({ tensors }) => tensors),
  };
}
