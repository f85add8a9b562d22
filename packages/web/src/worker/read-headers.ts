import { InputError } from "@berth/core";
import { type ByteSource, headerText, readHeader } from "@berth/core/files";
import type { HeaderAnswer, HeaderAsk } from "./protocol.ts";

/** What a plan needs of files with weights. Of each, a few megabytes at its start are read, however large it is. */
export function readHeaders(files: HeaderAsk): Promise<readonly HeaderAnswer[]> {
  return Promise.all(files.map(readOne));
}

async function readOne({ name, blob }: HeaderAsk[number]): Promise<HeaderAnswer> {
  try {
    return { name, text: headerText(await readHeader(name, blobSource(name, blob))) };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

function blobSource(name: string, blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => {
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (error) {
        throw new InputError({ file: name }, "can't be read: was it moved or changed?", {
          cause: error,
        });
      }
    },
  };
}
