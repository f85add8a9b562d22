import { InputError } from "@berth/core";
import type { ByteSource } from "@berth/core/files";
import type { HttpClient } from "./http-client.ts";

/** First bytes asked for: enough for most safetensors headers, and for the size of the file. */
const FIRST_BYTES = 262_144;

/** A file behind a URL, read by ranges. `name` is what messages call it. Throws an HttpProblem. */
export async function openHttpSource(
  client: HttpClient,
  url: string,
  name: string,
): Promise<ByteSource> {
  const first = await client.get({ url, start: 0, end: FIRST_BYTES });
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (end <= first.body.length || first.body.length === first.size) {
      return first.body.subarray(start, end);
    }
    const answer = await client.get({ url, start, end });
    if (answer.size !== first.size) {
      throw new InputError({ file: name }, "changed while it was read; try again");
    }
    return answer.body;
  };
  return { size: first.size, read };
}
