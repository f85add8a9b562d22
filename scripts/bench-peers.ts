// tsx scripts/bench-peers.ts [--write]: the same work by others, as far as npm has them: what a GGUF file says about itself, read by
// Berth, @huggingface/gguf and hyllama, which are installed in a folder of their own (needs the npm registry). The header is like
// that of an 8B model: 290 tensors, 128,256 tokens and 280,147 merges. Runs are interleaved.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withFileSource } from "../packages/cli/src/io/file-source.ts";
import { readHeader } from "../packages/core/src/index-files.ts";
import { tinyLlama } from "../test/fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../test/fixtures/gguf/write-gguf.ts";
import { giveTable, markdownTable, spread } from "./bench-tables.ts";
import { npmInstall } from "./packed.mjs";

const RUNS = 15;
const PEERS = { "@huggingface/gguf": "0.4.6", hyllama: "0.2.2" };
const LAYERS = 32;
const TOKENS = 128_256;
const MERGES = 280_147;

const work = mkdtempSync(join(tmpdir(), "berth-peers-"));
try {
  writeFileSync(join(work, "package.json"), '{ "private": true, "type": "module" }');
  const wanted = Object.entries(PEERS).map(([name, version]) => `${name}@${version}`);
  await npmInstall(wanted, work);
  const file = join(work, "model.gguf");
  writeFileSync(file, likeAnEightB());
  const readers = await readersOf(file);
  const times = readers.map((): number[] => []);
  for (let run = -1; run < RUNS; run += 1) {
    for (const [i, { read }] of readers.entries()) {
      const begun = performance.now();
      const tensors = await read();
      const took = performance.now() - begun;
      if (tensors !== 2 + 9 * LAYERS) {
        throw new Error(`${readers[i]?.name}: got ${tensors} tensors`);
      }
      // the first run warms what is compiled when it is first needed
      times[i]?.push(...(run < 0 ? [] : [took]));
    }
  }
  const rows = readers.map(({ name, note }, i) => [name, spread(times[i] ?? [], 1), note]);
  giveTable("peers", markdownTable(["reader", "milliseconds", ""], rows), process.argv.slice(2));
} finally {
  rmSync(work, { recursive: true, force: true });
}

interface PeerReader {
  readonly name: string;
  readonly note: string;
  /** How many tensors there are. */
  readonly read: () => Promise<number>;
}

async function readersOf(file: string): Promise<readonly PeerReader[]> {
  const at = (path: string) => import(pathToFileURL(join(work, "node_modules", path)).href);
  const huggingFace = await at("@huggingface/gguf/dist/index.mjs");
  const hyllama = await at("hyllama/src/hyllama.js");
  return [
    {
      name: "Berth",
      note: "reads the header piece by piece, checks lengths, skips the words of the tokenizer",
      read: async () => {
        const read = await withFileSource({ path: file, name: "model.gguf" }, (source) =>
          readHeader("model.gguf", source),
        );
        return read.form === "gguf" ? read.header.tensors.length : 0;
      },
    },
    {
      name: `@huggingface/gguf ${PEERS["@huggingface/gguf"]}`,
      note: "reads the file in pieces, keeps all values",
      read: async () => (await huggingFace.gguf(file, { allowLocalFile: true })).tensorInfos.length,
    },
    {
      name: `hyllama ${PEERS.hyllama}`,
      note: "is given the whole file in memory, whose reading counts",
      read: async () => {
        const bytes = await readFile(file);
        const { buffer, byteOffset, byteLength } = bytes;
        return hyllama.ggufMetadata(buffer.slice(byteOffset, byteOffset + byteLength)).tensorInfos
          .length;
      },
    },
  ];
}

/** The header of a large model before the data of a tiny one. */
function likeAnEightB(): Uint8Array {
  const { metadata, tensors } = tinyLlama(LAYERS);
  const words = (count: number) => ({ texts: Array.from({ length: count }, (_, i) => `word${i}`) });
  return ggufFile({
    metadata: {
      ...metadata,
      "tokenizer.ggml.tokens": words(TOKENS),
      "tokenizer.ggml.merges": words(MERGES),
    },
    tensors,
  });
}
