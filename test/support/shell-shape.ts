// What a POSIX shell would do with a script, apart from the texts in it: its commands, operators and expansions in
// order, with every other word as "word". Two scripts that differ in names only have one shape; a name that gets out of
// its quotes makes another.

const OPERATOR = /&&|\|\||;;|>>|<<-?|[;&|()<>]/y;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
/** Words after which a command begins. */
const OPENERS = new Set("if then else elif while until do ! { exec case".split(" "));

export function shellShape(text: string): readonly string[] {
  const reader = new Reader(text);
  const shape: string[] = [];
  let isCommand = true;
  while (reader.skipBlanks()) {
    const operator = reader.operator();
    if (operator === undefined) {
      const word = reader.word();
      shape.push(wordShape(word, isCommand));
      isCommand = isCommand && (ASSIGNMENT.test(word.raw) || OPENERS.has(word.raw));
    } else {
      isCommand = !/^[<>]/.test(operator);
      shape.push(operator.startsWith("<<") ? reader.heredoc(operator) : operator);
    }
  }
  return shape.filter((part, at) => part !== "\n" || shape[at - 1] !== "\n");
}

/** A command and a variable say which they are: they have no other names than those that we wrote. */
function wordShape({ raw, expansions }: Word, isCommand: boolean): string {
  const assigned = ASSIGNMENT.exec(raw)?.[1];
  const word = isCommand ? `command ${raw}` : "word";
  const kind = assigned === undefined ? word : `${assigned}=`;
  return [kind, ...expansions].map(neutral).join(" ");
}

/** Variables that are named after a model. */
function neutral(text: string): string {
  return text.replace(/MODEL_PATH_[A-Z0-9_]+/g, "MODEL_PATH");
}

interface Word {
  readonly raw: string;
  /** In their order, as they stand there. */
  readonly expansions: readonly string[];
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** False at the end of the text. */
  skipBlanks(): boolean {
    const blank = /(?:[ \t]|\\\n|(?<=^|[\s;&|()<>])#[^\n]*)+/y;
    blank.lastIndex = this.at;
    this.at += blank.exec(this.text)?.[0].length ?? 0;
    return this.at < this.text.length;
  }

  operator(): string | undefined {
    if (this.text[this.at] === "\n") {
      this.at += 1;
      return "\n";
    }
    OPERATOR.lastIndex = this.at;
    const found = OPERATOR.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  word(): Word {
    const start = this.at;
    const expansions: string[] = [];
    while (this.at < this.text.length && !/[\s;&|()<>]/.test(this.text[this.at] ?? "")) {
      this.piece(expansions);
    }
    return { raw: this.text.slice(start, this.at), expansions };
  }

  /** Skips a here-document; expansions of one whose end is not quoted are part of the shape. */
  heredoc(operator: string): string {
    this.skipBlanks();
    const { raw } = this.word();
    const end = raw.replace(/['"\\]/g, "");
    const body = this.text.indexOf("\n", this.at) + 1;
    const close = new RegExp(`^${operator === "<<-" ? "\t*" : ""}${end}$`, "m");
    const length = this.text.slice(body).search(close);
    if (length < 0) {
      throw new Error(`a here-document does not end: ${end}`);
    }
    const inside = this.text.slice(body, body + length);
    const marks = raw === end ? (inside.match(/(?<!\\)[$`]\S*/g) ?? []) : [];
    const rest = this.text.slice(this.at, body - 1);
    this.at = body + length + end.length;
    return ["<<", rest, ...marks].join(" ");
  }

  private piece(expansions: string[]): void {
    const mark = this.text[this.at];
    if (mark === "'") {
      this.at = this.after("'", this.at + 1);
    } else if (mark === '"') {
      this.doubleQuoted(expansions);
    } else if (mark === "$" || mark === "`") {
      expansions.push(this.expansion());
    } else {
      this.at += mark === "\\" ? 2 : 1;
    }
  }

  private doubleQuoted(expansions: string[]): void {
    this.at += 1;
    while (this.text[this.at] !== '"') {
      const mark = this.text[this.at];
      if (mark === undefined) {
        throw new Error("a double quote does not end");
      }
      if (mark === "$" || mark === "`") {
        expansions.push(this.expansion());
      } else {
        this.at += mark === "\\" ? 2 : 1;
      }
    }
    this.at += 1;
  }

  private expansion(): string {
    const start = this.at;
    const open = this.text[start + 1] ?? "";
    if (this.text[start] === "`") {
      this.at = this.after("`", start + 1);
    } else if (open === "(" || open === "{") {
      this.at += 2;
      this.until(open === "(" ? ")" : "}");
    } else {
      const name = /\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])?/y;
      name.lastIndex = start;
      this.at += name.exec(this.text)?.[0].length ?? 1;
    }
    return this.text.slice(start, this.at);
  }

  /** Goes behind the mark that closes what is open, over all that stands in quotes or in brackets of its own. */
  private until(close: string): void {
    const open = close === ")" ? "(" : "{";
    let depth = 1;
    while (depth > 0) {
      const mark = this.text[this.at];
      if (mark === undefined) {
        throw new Error(`an expansion does not end: ${close}`);
      }
      if (mark === open || mark === close) {
        depth += mark === open ? 1 : -1;
        this.at += 1;
      } else {
        this.piece([]);
      }
    }
  }

  private after(mark: string, from: number): number {
    const found = this.text.indexOf(mark, from);
    if (found < 0) {
      throw new Error(`a quote does not end: ${mark}`);
    }
    return found + 1;
  }
}
