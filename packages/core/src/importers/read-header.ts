import { InputError } from "../report/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { formOfBytes } from "./detect.ts";
import { readGguf } from "./gguf-reader.ts";
import type { WeightsHeader } from "./header-document.ts";
import { readSafetensors } from "./safetensors.ts";

/** Enough to tell the forms apart. */
const FIRST_BYTES = 64;

/**
 * What a plan needs of a file with weights, from its first bytes alone. Its form is what these show, and what its
 * name ends with. Throws an InputError where it is damaged, cut short, or of no form that is read.
 */
export async function readHeader(name: string, source: ByteSource): Promise<WeightsHeader> {
  if (/\.engine$/i.test(name)) {
    return { form: "engine", bytes: source.size };
  }
  const form = formOfBytes(await source.read(0, FIRST_BYTES));
  if (form === "gguf" || /\.gguf$/i.test(name)) {
    return { form: "gguf", header: await readGguf(name, source) };
  }
  if (form === "safetensors" || /\.safetensors$/i.test(name)) {
    return { form: "safetensors", tensors: await readSafetensors(name, source) };
  }
  throw new InputError({ file: name }, "expected a .gguf, .safetensors or .engine file");
}
