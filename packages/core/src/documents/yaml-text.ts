import {
  CST,
  type Document,
  isScalar,
  Lexer,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { PROTOTYPE_KEY, PROTOTYPE_KEY_PROBLEM } from "../importers/prototype-key.ts";
import { InputError, shown } from "../report/errors.ts";

/** Longest YAML text read, in characters; it takes seconds. A fleet of 4,000 cards and 400 models by hand is below 1 M. */
const MAX_YAML_CHARACTERS = 4_000_000;

/** Aliases that one text may expand to: what others' templates need, and no bomb. */
const MOST_ALIASES = 100;

/** The value of a YAML or JSON text. Throws an InputError with line and column when it is neither. */
export function parseYaml(file: string, text: string): unknown {
  if (text.length > MAX_YAML_CHARACTERS) {
    throw new InputError(
      { file },
      `expected at most ${MAX_YAML_CHARACTERS} characters, got ${text.length}`,
    );
  }
  try {
    const value = treeOf(file, text);
    if (value === null || value === undefined) {
      throw new InputError({ file }, "is empty");
    }
    return value;
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError({ file }, `expected YAML, got: ${reasonOf(error)}`, { cause: error });
  }
}

/** How deep lists and maps may be in each other; the library takes a stack's and a heap's room for each. */
const MOST_NESTED = 100;

/** Depth that brackets open, and that one line opens by dashes and question marks: what indentation opens is as long as it is deep. */
function refuseNesting(file: string, text: string): void {
  let brackets = 0;
  let inLine = 0;
  for (const lexeme of new Lexer().lex(text)) {
    switch (CST.tokenType(lexeme)) {
      case "flow-seq-start":
      case "flow-map-start":
        brackets += 1;
        break;
      case "flow-seq-end":
      case "flow-map-end":
        brackets -= 1;
        break;
      case "seq-item-ind":
      case "explicit-key-ind":
        inLine += 1;
        break;
      case "newline":
        inLine = 0;
        break;
    }
    if (brackets + inLine > MOST_NESTED) {
      throw new InputError(
        { file },
        `expected lists and maps at most ${MOST_NESTED} deep, got more`,
      );
    }
  }
}

function treeOf(file: string, text: string): unknown {
  refuseNesting(file, text);
  const lineCounter = new LineCounter();
  // the library compares each key with all before it, which takes minutes for a hundred thousand of them
  const document = parseDocument(text, {
    uniqueKeys: false,
    // each of a hundred thousand errors would be drawn into the text
    prettyErrors: false,
    logLevel: "error",
    lineCounter,
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw new InputError(
      { file },
      `expected YAML, got: ${inWords(problem)} at line ${line}, column ${col}`,
    );
  }
  refuseKeys(file, document, lineCounter);
  return document.toJS({ maxAliasCount: MOST_ALIASES });
}

/**
 * Keys are plain, and stand once. A map as a key is written out as the key's name by the library, and what is in it once more at
 * each level, so that forty of them in each other take longer than anyone waits.
 */
function refuseKeys(file: string, document: Document.Parsed, lineCounter: LineCounter): void {
  visit(document, {
    Map: (_, map) => {
      const wrong = wrongKey(map);
      if (wrong !== undefined) {
        const { line, col } = lineCounter.linePos(wrong.key.range[0]);
        throw new InputError({ file }, `${wrong.problem} at line ${line}, column ${col}`);
      }
    },
  });
}

/** The first key that is none, or that is there a second time. */
function wrongKey(
  map: YAMLMap,
): { readonly key: ParsedNode; readonly problem: string } | undefined {
  const seen = new Set<unknown>();
  for (const { key } of map.items as readonly { readonly key: ParsedNode }[]) {
    if (!isScalar(key)) {
      return { key, problem: "expected a plain key, got an alias, a list or a map as one" };
    }
    if (key.value === PROTOTYPE_KEY) {
      return { key, problem: `${PROTOTYPE_KEY}: ${PROTOTYPE_KEY_PROBLEM}` };
    }
    if (seen.has(key.value)) {
      return { key, problem: `expected each key once, got ${shown(key.value)} again` };
    }
    seen.add(key.value);
  }
  return undefined;
}

/** What the library says of its own functions, and of a stack that is full, means nothing to who wrote the text. */
function inWords({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") {
    return "a second document in the same text";
  }
  return message.includes("call stack") ? TOO_DEEP : message;
}

const TOO_DEEP = "what is nested too deep";

/** A stack that is full, and aliases that can't be followed, are said in words. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) {
    return TOO_DEEP;
  }
  if (error instanceof ReferenceError) {
    const [, name] = /^Unresolved alias .*: (.*)$/s.exec(error.message) ?? [];
    return name === undefined
      ? `aliases that stand for more than ${MOST_ALIASES} others in all`
      : `the alias *${name}, and no anchor before it`;
  }
  return String(error);
}
