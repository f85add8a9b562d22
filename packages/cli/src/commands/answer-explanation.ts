import { type Explanation, lawTex } from "@berth/core";
import type { Flags } from "../args/flags.ts";
import type { Terminal } from "../io/terminal.ts";

/** Prints an explanation as text or JSON, with TeX where `--tex` asks for it. */
export async function answerExplanation(
  explanation: Explanation,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  const tex = flags.isSet("tex") ? await texOfLaws(explanation) : new Map<string, string>();
  if (flags.isSet("json")) {
    const numbers = explanation.numbers.map((number) => ({
      ...number,
      ...(tex.has(number.law) ? { tex: tex.get(number.law) } : {}),
    }));
    await terminal.print(`${JSON.stringify({ ...explanation, numbers }, undefined, 2)}\n`);
    return;
  }
  const { printExplanation } = await import("../print/explanation.ts");
  await terminal.print(printExplanation(explanation, tex, terminal));
}

async function texOfLaws({ numbers }: Explanation): Promise<ReadonlyMap<string, string>> {
  const laws = [...new Set(numbers.map(({ law }) => law))];
  return new Map(await Promise.all(laws.map(async (law) => [law, await lawTex(law)] as const)));
}
