import {
  Composer,
  CST,
  type Document,
  isScalar,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  visit,
  type YAMLError,
  type YAMLMap,
  YAMLParseError,
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

/**
 * Words, signs, spaces and line ends of one text: the library builds something of each, in 2 µs and 400 bytes. A fleet of
 * 4,000 hosts and 400 models by hand has 290,000.
 */
const MOST_LEXEMES = 500_000;

/**
 * The text in words, signs, spaces and line ends, before anything is built of them. Depth is what brackets open, and what one
 * line opens by dashes and question marks: what indentation opens is as long as it is deep.
 */
function lexemesOf(file: string, text: string): readonly string[] {
  const lexemes: string[] = [];
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
    if (lexemes.push(lexeme) > MOST_LEXEMES) {
      throw new InputError(
        { file },
        `expected at most ${MOST_LEXEMES} words, signs, spaces and line ends, got more`,
      );
    }
  }
  return lexemes;
}

function treeOf(file: string, text: string): unknown {
  const lexemes = lexemesOf(file, text);
  const lineCounter = new LineCounter();
  const document = documentOf(lexemes, { length: text.length, lineCounter });
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

/** What the library's parseDocument does, but with the lexemes that are there already: to find them is a quarter of the work. */
function documentOf(
  lexemes: readonly string[],
  { length, lineCounter }: { readonly length: number; readonly lineCounter: LineCounter },
): Document.Parsed {
  // the library compares each key with all before it, which takes minutes for a hundred thousand of them
  const composer = new Composer({ uniqueKeys: false, logLevel: "error" });
  const [document, second] = composer.compose(tokensOf(lexemes, lineCounter), true, length);
  if (document === undefined) {
    throw new TypeError("expected a document of each text");
  }
  if (second !== undefined && document.errors.length === 0) {
    document.errors.push(
      new YAMLParseError([second.range[0], second.range[1]], "MULTIPLE_DOCS", SECOND_DOCUMENT),
    );
  }
  return document;
}

function* tokensOf(lexemes: readonly string[], lineCounter: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  for (const lexeme of lexemes) {
    yield* parser.next(lexeme);
  }
  yield* parser.end();
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
    return SECOND_DOCUMENT;
  }
  return message.includes("call stack") ? TOO_DEEP : message;
}

const SECOND_DOCUMENT = "a second document in the same text";
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
