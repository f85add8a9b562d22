/** Every posted boot log of ../shared/truth, where it is there: what its reader finds is what was typed from it by eye. */
import { existsSync, readFileSync } from "node:fs";
import { readLog } from "@berth/core/logs";
import { expect, test } from "vitest";

const FILE = new URL("../../shared/truth/boot-logs.jsonl", import.meta.url);
const GIB = 2 ** 30;

interface Row {
  readonly id: string;
  readonly quote?: string;
  readonly measured: Readonly<Record<string, number>>;
}

const rows: readonly Row[] = existsSync(FILE)
  ? readFileSync(FILE, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Row)
  : [];

/** What a row calls a number, and where the reader keeps it. */
const NAMES: Readonly<
  Record<
    string,
    { readonly terms: readonly string[]; readonly scale: number; readonly unit?: string }
  >
> = {
  weights_gib: { terms: ["weights"], scale: GIB },
  activation_gib: { terms: ["activations"], scale: GIB },
  nontorch_gib: { terms: ["outside-torch"], scale: GIB },
  cudagraph_gib: { terms: ["graphs"], scale: GIB },
  kv_gib: { terms: ["kv", "kv-budget"], scale: GIB },
  kv_tokens: { terms: ["kv"], scale: 1, unit: "tokens" },
  kv_blocks: { terms: ["kv"], scale: 1, unit: "blocks" },
  available_gib_before_kv: { terms: ["free-for-kv"], scale: GIB },
  exec_context_mib: { terms: ["activations"], scale: 2 ** 20 },
};

test.skipIf(rows.length === 0)("a number that was read is the one that was posted", () => {
  const compared = rows.flatMap(({ id, quote = "", measured }) => {
    const { findings } = readLog(quote.replaceAll(/ \/ | \.\.\. /g, "\n"));
    return Object.entries(NAMES).flatMap(([name, { terms, scale, unit = "bytes" }]) => {
      const found = findings.find((one) => terms.includes(one.term) && one.unit === unit);
      const expected = measured[name];
      return found === undefined || expected === undefined
        ? []
        : [
            {
              id,
              name,
              off: Math.abs(found.value / scale - expected),
              half: found.halfWidth / scale,
            },
          ];
    });
  });
  // vllm-009 and vllm-010 quote two runs in one line, of which the row has the second
  const wrong = compared.filter(
    ({ id, off, half }) => off > half + 1e-9 && !["vllm-009", "vllm-010"].includes(id),
  );
  expect(wrong).toEqual([]);
  expect(compared.length).toBeGreaterThan(90);
});
