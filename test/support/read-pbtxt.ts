// A strict reader of the protobuf text format, for what config.pbtxt needs: no `${}`, no unknown
// escapes, no duplicate scalar of a name that is not repeated. Throws on the first thing it does
// not understand.

export type PbRead = string | number | boolean | PbWord | PbFields | readonly PbRead[];
export interface PbWord {
  readonly word: string;
}
export type PbFields = Map<string, PbRead[]>;

type Token = { readonly kind: "name" | "number" | "string" | "mark"; readonly text: string };

const TOKEN =
  /\s+|#[^\n]*|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>-?\d+(?:\.\d+)?)|"(?<string>(?:[^"\\\n]|\\(?:[0-7]{3}|["\\]))*)"|(?<mark>[{}[\]:,])/uy;

export function readPbtxt(text: string): PbFields {
  const tokens = tokenize(text);
  const [message, rest] = readFields(tokens, 0);
  if (rest !== tokens.length) {
    throw new Error(`unexpected ${tokens[rest]?.text}`);
  }
  return message;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw new Error(`not protobuf text at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
    }
    for (const kind of ["name", "number", "string", "mark"] as const) {
      const value = match.groups?.[kind];
      if (value !== undefined) {
        tokens.push({ kind, text: kind === "string" ? unquoted(value) : value });
      }
    }
  }
  return tokens;
}

function unquoted(text: string): string {
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/\\[0-7]{3}|\\.|[\s\S]/gu)) {
    if (/^\\[0-7]/.test(piece)) {
      bytes.push(Number.parseInt(piece.slice(1), 8));
    } else {
      bytes.push(...new TextEncoder().encode(piece.startsWith("\\") ? piece.slice(1) : piece));
    }
  }
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
}

function readFields(tokens: Token[], start: number): [PbFields, number] {
  const fields: PbFields = new Map();
  let at = start;
  while (at < tokens.length && tokens[at]?.text !== "}") {
    const name = tokens[at];
    if (name?.kind !== "name") {
      throw new Error(`expected a field's name, got ${name?.text}`);
    }
    at += 1;
    const hasColon = isMark(tokens[at], ":");
    at += hasColon ? 1 : 0;
    const [value, next] = readValue(tokens, at, hasColon);
    fields.set(name.text, [
      ...(fields.get(name.text) ?? []),
      ...(Array.isArray(value) ? value : [value]),
    ]);
    at = isMark(tokens[next], ",") ? next + 1 : next;
  }
  return [fields, at];
}

function readValue(tokens: Token[], at: number, hasColon: boolean): [PbRead | PbRead[], number] {
  const token = tokens[at];
  if (isMark(token, "{")) {
    const [fields, end] = readFields(tokens, at + 1);
    if (!isMark(tokens[end], "}")) {
      throw new Error("a message does not end");
    }
    return [fields, end + 1];
  }
  if (isMark(token, "[")) {
    return readList(tokens, at + 1, hasColon);
  }
  if (!hasColon || token === undefined || token.kind === "mark") {
    throw new Error(`expected a value, got ${token?.text}`);
  }
  return [scalar(token), at + 1];
}

function readList(tokens: Token[], start: number, hasColon: boolean): [PbRead[], number] {
  const values: PbRead[] = [];
  let at = start;
  while (!isMark(tokens[at], "]")) {
    const [value, next] = readValue(tokens, at, hasColon);
    values.push(value as PbRead);
    if (!isMark(tokens[next], ",") && !isMark(tokens[next], "]")) {
      throw new Error(`expected , or ], got ${tokens[next]?.text}`);
    }
    at = isMark(tokens[next], ",") ? next + 1 : next;
  }
  return [values, at + 1];
}

function scalar({ kind, text }: Token): PbRead {
  if (kind === "string") {
    return text;
  }
  if (kind === "number") {
    return Number(text);
  }
  return text === "true" || text === "false" ? text === "true" : { word: text };
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === "mark" && token.text === mark;
}

/** String parameters of a Triton model. */
export function triton(config: PbFields): ReadonlyMap<string, string> {
  return new Map(
    (config.get("parameters") ?? []).map((entry) => {
      const fields = entry as PbFields;
      const value = fields.get("value")?.[0] as PbFields;
      return [String(fields.get("key")?.[0]), String(value.get("string_value")?.[0])];
    }),
  );
}

/** Messages of a repeated field; none where the field is absent. */
export function messages(message: PbFields | undefined, field: string): readonly PbFields[] {
  return (message?.get(field) ?? []) as PbFields[];
}

/** One scalar field of each message, as text. */
export function texts(all: readonly PbFields[], field: string): readonly string[] {
  return all.map((message) => String(message.get(field)?.[0]));
}

/** Steps of an ensemble; none for other models. */
export function ensembleSteps(config: PbFields): readonly PbFields[] {
  return messages(messages(config, "ensemble_scheduling")[0], "step");
}
