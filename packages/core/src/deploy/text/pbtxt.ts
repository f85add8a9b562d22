/** A value of the protobuf text format. Strings are quoted; a `word` is an enum value. */
export type PbValue =
  | string
  | number
  | boolean
  | { readonly word: string }
  | { readonly fields: PbMessage }
  | { readonly list: readonly PbValue[] };

/** Fields in the order in which they are printed; a name may come more than once. */
export type PbMessage = readonly (readonly [name: string, value: PbValue])[];

/** A message as protobuf text, two spaces a level, with a newline at its end. */
export function printPbtxt(message: PbMessage): string {
  return `${fieldLines(message, "").join("\n")}\n`;
}

/** An enum value such as TYPE_INT32. */
export function word(name: string): PbValue {
  return { word: name };
}

export function fields(message: PbMessage): PbValue {
  return { fields: message };
}

export function list(values: readonly PbValue[]): PbValue {
  return { list: values };
}

function fieldLines(message: PbMessage, indent: string): string[] {
  return message.flatMap(([name, value]) => oneField(name, value, indent));
}

function oneField(name: string, value: PbValue, indent: string): string[] {
  if (typeof value === "object" && "fields" in value) {
    return [`${indent}${name} {`, ...fieldLines(value.fields, `${indent}  `), `${indent}}`];
  }
  if (typeof value === "object" && "list" in value && value.list.some(isMessage)) {
    return messageList(name, value.list, indent);
  }
  return [`${indent}${name}: ${scalar(value)}`];
}

function messageList(name: string, values: readonly PbValue[], indent: string): string[] {
  const inner = `${indent}  `;
  const items = values.flatMap((value, at) => [
    `${inner}{`,
    ...(isMessage(value) ? fieldLines(value.fields, `${inner}  `) : []),
    `${inner}}${at < values.length - 1 ? "," : ""}`,
  ]);
  return [`${indent}${name} [`, ...items, `${indent}]`];
}

function isMessage(value: PbValue): value is { readonly fields: PbMessage } {
  return typeof value === "object" && "fields" in value;
}

function scalar(value: PbValue): string {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (typeof value !== "object") {
    return String(value);
  }
  if ("word" in value) {
    return value.word;
  }
  if (!("list" in value)) {
    return "{ }";
  }
  return value.list.length === 0 ? "[ ]" : `[ ${value.list.map(scalar).join(", ")} ]`;
}

/** Printable ASCII as it is; every other byte of the UTF-8 form as three octal digits. */
function quoted(text: string): string {
  const body = [...text].map((character) =>
    /^[\x20-\x7e]$/.test(character) ? character.replace(/["\\]/, "\\$&") : octal(character),
  );
  return `"${body.join("")}"`;
}

/** A surrogate without its other half has no UTF-8 form: U+FFFD stands for it. */
function octal(character: string): string {
  const bytes = encodeURIComponent(character.replace(/\p{Surrogate}/u, "\u{fffd}"));
  const values = bytes.startsWith("%")
    ? bytes
        .slice(1)
        .split("%")
        .map((hex) => Number.parseInt(hex, 16))
    : [bytes.charCodeAt(0)];
  return values.map((value) => `\\${value.toString(8).padStart(3, "0")}`).join("");
}
