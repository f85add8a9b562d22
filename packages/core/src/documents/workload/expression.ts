import { InputError, type Place, shown } from "../../report/errors.ts";
import { closest } from "../../report/suggest.ts";
import { sameExp, sameLog, samePower } from "../../units/same-math.ts";

/** Numbers that an expression may name. */
export type Vars = Readonly<Record<string, number>>;

/** Longest expression read. `users * 0.2 / 60` has 16 characters; 200 leave room for a sum of many terms. */
const MOST_CHARACTERS = 200;
/** Deepest nesting; mathjs parses deeper, but nothing that a person writes has more. */
const MOST_DEPTH = 50;

/**
 * The value of an expression such as `users * 0.2 / 60`: numbers, names of `vars`, + - * / % ^, parentheses, and
 * min, max, round, floor, ceil, sqrt, exp, log and abs. Nothing else of mathjs is run: its parser reads the text, and what
 * it read is added up here. Throws an InputError for anything else. Loads mathjs on the first call.
 */
export async function evaluateExpression(place: Place, text: string, vars: Vars): Promise<number> {
  if (text.length > MOST_CHARACTERS) {
    throw new InputError(
      place,
      `expected an expression of at most ${MOST_CHARACTERS} characters, got ${text.length}`,
    );
  }
  const value = numberOf(await parsed(place, text), { place, vars, depth: 0 });
  if (!Number.isFinite(value)) {
    throw new InputError(place, `expected a number, but ${shown(text)} is ${value}`);
  }
  return value;
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

async function parsed(place: Place, text: string): Promise<Node> {
  const { parse } = await import("mathjs");
  try {
    return parse(text) as unknown as Node;
  } catch (error) {
    throw new InputError(place, `expected an expression such as users * 0.2, got ${shown(text)}`, {
      cause: error,
    });
  }
}

interface Scope {
  readonly place: Place;
  readonly vars: Vars;
  readonly depth: number;
}

function numberOf(node: Node, scope: Scope): number {
  const inner = { ...scope, depth: scope.depth + 1 };
  if (scope.depth > MOST_DEPTH) {
    throw new InputError(scope.place, `expected at most ${MOST_DEPTH} parentheses in each other`);
  }
  switch (node.type) {
    case "ConstantNode":
      return constantOf(node, scope);
    case "SymbolNode":
      return variableOf(node.name ?? "", scope);
    case "ParenthesisNode":
      return node.content === undefined ? Number.NaN : numberOf(node.content, inner);
    case "OperatorNode":
      return applied(OPERATORS, node.op ?? "", argumentsOf(node, inner), scope);
    case "FunctionNode":
      return applied(FUNCTIONS, functionName(node), argumentsOf(node, inner), scope);
    default:
      throw refused(scope.place, `got a ${node.type.replace(/Node$/, "").toLowerCase()}`);
  }
}

function argumentsOf({ args = [] }: Node, scope: Scope): readonly number[] {
  return args.map((node) => numberOf(node, scope));
}

function constantOf({ value }: Node, { place }: Scope): number {
  if (typeof value !== "number") {
    throw refused(place, `got ${shown(value)}`);
  }
  return value;
}

function variableOf(name: string, { place, vars }: Scope): number {
  const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
  if (value === undefined) {
    const near = closest(name, Object.keys(vars));
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new InputError(place, `expected a name of vars, got ${shown(name)}${hint}`);
  }
  return value;
}

function functionName({ fn }: Node): string {
  return typeof fn === "object" ? (fn.name ?? "") : (fn ?? "");
}

type Operation = (...values: readonly number[]) => number;

const OPERATORS: Readonly<Record<string, Operation>> = {
  "+": (a = Number.NaN, b) => (b === undefined ? a : a + b),
  "-": (a = Number.NaN, b) => (b === undefined ? -a : a - b),
  "*": (a = Number.NaN, b = Number.NaN) => a * b,
  "/": (a = Number.NaN, b = Number.NaN) => a / b,
  "%": (a = Number.NaN, b = Number.NaN) => a % b,
  "^": (a = Number.NaN, b = Number.NaN) => samePower(a, b),
};

const FUNCTIONS: Readonly<Record<string, Operation>> = {
  min: (...values) => Math.min(...values),
  max: (...values) => Math.max(...values),
  round: (value = Number.NaN) => Math.round(value),
  floor: (value = Number.NaN) => Math.floor(value),
  ceil: (value = Number.NaN) => Math.ceil(value),
  sqrt: (value = Number.NaN) => Math.sqrt(value),
  exp: (value = Number.NaN) => sameExp(value),
  log: (value = Number.NaN) => sameLog(value),
  abs: (value = Number.NaN) => Math.abs(value),
};

function applied(
  known: Readonly<Record<string, Operation>>,
  name: string,
  values: readonly number[],
  { place }: Scope,
): number {
  const operation = Object.hasOwn(known, name) ? known[name] : undefined;
  if (operation === undefined) {
    throw refused(place, `got ${shown(name)}`);
  }
  return operation(...values);
}

function refused(place: Place, got: string): InputError {
  return new InputError(
    place,
    `expected numbers, vars, + - * / % ^ and ${Object.keys(FUNCTIONS).join(", ")}, ${got}`,
  );
}
