/**
 * A law as TeX, for a page: symbols upright, with their underscores. Loads mathjs on the first call. Throws a
 * SyntaxError for text that is no mathjs expression.
 */
export async function lawTex(law: string): Promise<string> {
  const { parse } = await import("mathjs");
  return parse(law).toTex({ parenthesis: "auto", handler: symbolTex });
}

interface TexNode {
  readonly type: string;
  readonly name?: string;
}

function symbolTex(node: TexNode): string | undefined {
  return node.type === "SymbolNode" && node.name !== undefined
    ? `\\text{${node.name.replaceAll("_", "\\_")}}`
    : undefined;
}
