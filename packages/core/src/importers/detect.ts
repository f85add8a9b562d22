/** What a model is kept in. */
export type ModelForm = "gguf" | "safetensors" | "json" | "folder";

/** The part of a split GGUF file that its name says: "m-00002-of-00003.gguf". */
export interface GgufSplit {
  readonly stem: string;
  readonly parts: number;
}

const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

/** The form that a file's first bytes show, whatever it is called; undefined for none of these. */
export function formOfBytes(first: Uint8Array): Exclude<ModelForm, "folder"> | undefined {
  const text = String.fromCharCode(...first.subarray(0, 16));
  if (text.startsWith("GGUF")) {
    return "gguf";
  }
  if (/^\s*\{/.test(text.replace(/^ï»¿/, ""))) {
    return "json";
  }
  // eight bytes of length, then a JSON object
  return first.length >= 9 && first[8] === 0x7b ? "safetensors" : undefined;
}

/** Undefined for a file that is whole by its name. */
export function ggufSplit(name: string): GgufSplit | undefined {
  const [, stem, , parts] = SPLIT.exec(name) ?? [];
  return stem === undefined ? undefined : { stem, parts: Number(parts) };
}

/** The names of all parts, first to last. */
export function ggufParts({ stem, parts }: GgufSplit): readonly string[] {
  const five = (n: number): string => String(n).padStart(5, "0");
  return Array.from({ length: parts }, (_, i) => `${stem}-${five(i + 1)}-of-${five(parts)}.gguf`);
}
