import { InputError } from "../report/errors.ts";
import { formOfBytes } from "./detect.ts";
import { type GgufHeader, readGguf } from "./gguf-reader.ts";
import { HEADER_ENDING, parseHeader, type WeightsHeader } from "./header-document.ts";
import type { ModelTree } from "./model-tree.ts";
import { readSafetensors } from "./safetensors.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** Enough to tell the forms apart. */
const FIRST_BYTES = 64;

/** The longest header document: that of 497 thousand tensors (Kimi K3) has some 60 MB. */
const MAX_DOCUMENT_BYTES = 200_000_000;

/** Large files that Git keeps elsewhere leave a text with this start in their place. */
const LFS_POINTER = "version https://git-lfs";

/** As `kind` of the tree, also for a file of which only the header is there. */
export async function kindAt(tree: ModelTree, path: string): ReturnType<ModelTree["kind"]> {
  const kind = await tree.kind(path);
  return kind ?? ((await tree.kind(path + HEADER_ENDING)) === "file" ? "file" : undefined);
}

/** As `names` of the tree; a header counts as the file that it stands for. */
export async function namesIn(tree: ModelTree, folder: string): Promise<readonly string[]> {
  const names = await tree.names(folder);
  const meant = names.map((name) =>
    name.endsWith(HEADER_ENDING) ? name.slice(0, -HEADER_ENDING.length) : name,
  );
  return [...new Set(meant)];
}

/** The form that a file's start shows; undefined where that is none, or can be read only once. */
export async function formAt(
  tree: ModelTree,
  path: string,
): Promise<ReturnType<typeof formOfBytes> | "engine"> {
  if ((await tree.kind(path)) !== undefined) {
    return tree.read(path, path, async (source) => formOfBytes(await source.read(0, FIRST_BYTES)));
  }
  return (await documentAt(tree, path))?.form;
}

/** The header of a GGUF file; undefined where it is not there. */
export async function ggufAt(
  tree: ModelTree,
  path: string,
  name: string,
): Promise<GgufHeader | undefined> {
  const read = await tree.read(path, name, (source) => readGguf(name, source));
  if (read !== undefined) {
    return read;
  }
  const document = await documentAt(tree, path);
  return document === undefined ? undefined : expected("gguf", document, name).header;
}

/** The tensors of a safetensors file; undefined where it is not there, or Git keeps a pointer in its place. */
export async function tensorsAt(
  tree: ModelTree,
  path: string,
  name: string,
): Promise<readonly StoredTensor[] | undefined> {
  const read = await tree.read(path, name, async (source) => {
    const first = String.fromCharCode(...(await source.read(0, LFS_POINTER.length)));
    return first === LFS_POINTER ? "pointer" : readSafetensors(name, source);
  });
  if (read !== undefined) {
    return read === "pointer" ? undefined : read;
  }
  const document = await documentAt(tree, path);
  return document === undefined ? undefined : expected("safetensors", document, name).tensors;
}

/** Bytes of an engine; undefined where it is not there. */
export async function engineBytesAt(tree: ModelTree, path: string): Promise<number | undefined> {
  const size = await tree.size(path);
  const document = size === undefined ? await documentAt(tree, path) : undefined;
  return document === undefined ? size : expected("engine", document, path).bytes;
}

async function documentAt(tree: ModelTree, path: string): Promise<WeightsHeader | undefined> {
  const name = path + HEADER_ENDING;
  const text = await tree.text(name, { name, maxBytes: MAX_DOCUMENT_BYTES });
  return text === undefined ? undefined : parseHeader(name, text);
}

function expected<F extends WeightsHeader["form"]>(
  form: F,
  document: WeightsHeader,
  name: string,
): Extract<WeightsHeader, { readonly form: F }> {
  if (document.form !== form) {
    throw new InputError(
      { file: name + HEADER_ENDING, key: "form" },
      `expected ${form}, got ${document.form}`,
    );
  }
  return document as Extract<WeightsHeader, { readonly form: F }>;
}
