import { InputError, type Place, shown } from "../../report/errors.ts";
import { closest } from "../../report/suggest.ts";
import { applied, FUNCTION_NAMES, type Operation } from "./operations.ts";
import { dimensionText, isSame, plain, type Quantity } from "./quantity.ts";
import { type Units, USUAL_UNITS, unitNamed } from "./unit-names.ts";
import { WANTED, type Wanted } from "./wanted.ts";

/** Numbers and quantities that an expression may name. "later": a name of the file that stands behind this one. */
export type Vars = Readonly<Record<string, number | Quantity | "later">>;

/** Longest expression read. `users * 0.2 / 60` has 16 characters; 200 leave room for a sum of many terms. */
const MOST_CHARACTERS = 200;
/** Deepest nesting; mathjs parses deeper, but nothing that a person writes has more. */
const MOST_DEPTH = 50;

/**
 * The value of an expression such as `users * 0.2 / 60` or `12 requests / minute` as the number that is wanted: a plain
 * one stands as it is, and a quantity must have its dimension. Throws an InputError for anything else. Loads mathjs on
 * the first call.
 */
export async function evaluateExpression(
  place: Place,
  text: string,
  vars: Vars,
  wanted: Wanted = "number",
): Promise<number> {
  const { value, dimension } = await evaluateQuantity(place, text, vars);
  const { accepts, expected } = WANTED[wanted];
  if (!accepts.some((own) => isSame(own, dimension))) {
    throw new InputError(
      place,
      `expected ${expected}, got ${shown(text)}, which is ${dimensionText(dimension)}`,
    );
  }
  return value;
}

/**
 * The value of an expression with its dimension: numbers, names of `vars`, units of time, requests and tokens,
 * + - * / % ^, parentheses, and min, max, round, floor, ceil, sqrt, exp, log and abs. Nothing else of mathjs is run: its
 * parser reads the text, its units say how long a minute is, and what was read is added up here.
 */
export async function evaluateQuantity(place: Place, text: string, vars: Vars): Promise<Quantity> {
  if (text.length > MOST_CHARACTERS) {
    throw new InputError(
      place,
      `expected an expression of at most ${MOST_CHARACTERS} characters, got ${text.length}`,
    );
  }
  const { parse, Unit, unit } = await import("mathjs");
  const units = { Unit, unit } as unknown as Units;
  const node = parsed(place, text, parse);
  const found = quantityOf(node, { place, vars, units, depth: 0 });
  if (!Number.isFinite(found.value)) {
    throw new InputError(place, `expected a number, but ${shown(text)} is ${found.value}`);
  }
  return found;
}

/** As much of a node of mathjs as is read here. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly op?: string;
  readonly fn?: string | Node;
  readonly content?: Node;
  readonly args?: readonly Node[];
}

function parsed(place: Place, text: string, parse: (text: string) => unknown): Node {
  try {
    return parse(text) as Node;
  } catch (error) {
    throw new InputError(place, `expected an expression such as users * 0.2, got ${shown(text)}`, {
      cause: error,
    });
  }
}

/** What people call the parts of an expression that mathjs reads and that are not calculated. */
const NODE_TEXTS: Readonly<Record<string, string>> = {
  AccessorNode: "a property",
  ArrayNode: "a list",
  AssignmentNode: "an assignment",
  BlockNode: "several expressions",
  ConditionalNode: "a choice by ? and :",
  FunctionAssignmentNode: "a function of your own",
  ObjectNode: "an object",
  RangeNode: "a range",
  RelationalNode: "a comparison",
};

interface Scope {
  readonly place: Place;
  readonly vars: Vars;
  readonly units: Units;
  readonly depth: number;
}

function quantityOf(node: Node, scope: Scope): Quantity {
  const inner = { ...scope, depth: scope.depth + 1 };
  if (scope.depth > MOST_DEPTH) {
    throw new InputError(scope.place, `expected at most ${MOST_DEPTH} parentheses in each other`);
  }
  switch (node.type) {
    case "ConstantNode":
      return constantOf(node, scope);
    case "SymbolNode":
      return namedOf(node.name ?? "", scope);
    case "ParenthesisNode":
      return node.content === undefined ? plain(Number.NaN) : quantityOf(node.content, inner);
    case "OperatorNode":
      return result("operator", node.op ?? "", argumentsOf(node, inner), scope);
    case "FunctionNode":
      return result("function", functionName(node), argumentsOf(node, inner), scope);
    default:
      throw refused(scope.place, `got ${NODE_TEXTS[node.type] ?? "something else"}`);
  }
}

function argumentsOf({ args = [] }: Node, scope: Scope): readonly Quantity[] {
  return args.map((node) => quantityOf(node, scope));
}

function constantOf({ value }: Node, { place }: Scope): Quantity {
  if (typeof value !== "number") {
    throw refused(place, `got ${value === undefined ? "nothing" : shown(value)}`);
  }
  return plain(value);
}

/** A name of `vars`, which goes before a unit of that name. */
function namedOf(name: string, { place, vars, units }: Scope): Quantity {
  const own = Object.hasOwn(vars, name) ? vars[name] : undefined;
  const value = own === undefined || own === "later" ? unitNamed(name, units) : own;
  if (value === undefined && own === "later") {
    throw new InputError(
      place,
      `expected a name of vars that stands before this one, got ${shown(name)}, which does not`,
    );
  }
  if (value === undefined) {
    const near = closest(name, [...Object.keys(vars), ...USUAL_UNITS]);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new InputError(
      place,
      `expected a name of vars, or a unit of time, requests or tokens, got ${shown(name)}${hint}`,
    );
  }
  return typeof value === "number" ? plain(value) : value;
}

function functionName({ fn }: Node): string {
  return typeof fn === "object" ? (fn.name ?? "") : (fn ?? "");
}

function result(
  kind: Operation["kind"],
  name: string,
  values: readonly Quantity[],
  { place }: Scope,
): Quantity {
  const found = applied({ kind, name, values });
  if (found === undefined) {
    throw refused(place, `got ${shown(name)}`);
  }
  if (typeof found === "string") {
    throw new InputError(place, found);
  }
  return found;
}

function refused(place: Place, got: string): InputError {
  return new InputError(
    place,
    `expected numbers, vars, units, + - * / % ^ and ${FUNCTION_NAMES.join(", ")}, ${got}`,
  );
}
