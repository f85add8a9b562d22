import { Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";

/** Keys and values as the fleet file takes them; `undefined` takes the key away. */
export type Change = Readonly<Record<string, unknown>>;

/** What a person typed stays as it is: comments, order, quotes. Only what an edit says is different. */
type Edit = (document: Document) => void;

type Path = readonly (string | number)[];

/** A host with so many cards of a kind. */
export interface NewHost {
  readonly name: string;
  readonly gpu: string;
  readonly count: number;
}

/** The fleet with one model more, under a name that none has. Its other keys have their defaults. */
export function addModel(fleet: string, model: string, change: Change = {}): string {
  return editing(fleet, (document) => {
    const name = freeName(namesIn(document, "models"), shortName(model));
    appendTo(document, "models", { name, model, ...change });
  });
}

/** "org/Llama-8B" → "llama-8b", "m-00001-of-00003.gguf" → "m". */
function shortName(model: string): string {
  const last =
    model
      .replace(/\/config\.json$/, "")
      .split("/")
      .at(-1) ?? model;
  return (
    last.replace(/(?:-\d{5}-of-\d{5})?\.(?:gguf|safetensors|json)$/i, "").toLowerCase() || model
  );
}

/** The fleet without the model, and without others' wish not to be with it. */
export function removeModel(fleet: string, name: string): string {
  return editing(fleet, (document) => {
    removeFrom(document, "models", name);
    const models = document.getIn(["models"]);
    for (const model of isSeq(models) ? models.items : []) {
      if (isMap(model)) {
        forget(model, name);
      }
    }
  });
}

function forget(model: YAMLMap, name: string): void {
  const others = model.get("notWith");
  if (isSeq(others)) {
    others.items = others.items.filter((item) => String(item) !== name);
    if (others.items.length === 0) {
      model.delete("notWith");
    }
  }
}

/** The fleet with other values for keys of one model. */
export function changeModel(fleet: string, name: string, change: Change): string {
  return changeInModel(fleet, [name], change);
}

/** The fleet with other values for keys inside of a model: of `["chat", "workload", "targets", 0]`, say. */
export function changeInModel(fleet: string, path: readonly [string, ...Path], change: Change) {
  return editing(fleet, (document) => changeItem(document, ["models", ...path], change));
}

/** The fleet with another name for a model; others that may not be with it know it by that. */
export function renameModel(fleet: string, name: string, next: string): string {
  return editing(fleet, (document) => {
    changeItem(document, ["models", name], { name: next });
    for (const place of namesIn(document, "models").keys()) {
      const others = document.getIn(["models", place, "notWith"]);
      if (isSeq(others)) {
        others.items = others.items.map((item) => (String(item) === name ? next : item));
      }
    }
  });
}

/** The fleet with one host more. */
export function addHost(fleet: string, { name, gpu, count }: NewHost): string {
  return editing(fleet, (document) => {
    appendTo(document, "hosts", {
      name: freeName(namesIn(document, "hosts"), name),
      gpus: [{ gpu, count }],
    });
  });
}

/** The fleet with one kind of cards more on a host that it lists. */
export function addCards(fleet: string, host: string, gpu: string, count: number): string {
  return editing(fleet, (document) => {
    const at = indexOf(document, "hosts", host);
    const kinds = document.getIn(["hosts", at, "gpus"]);
    if (at >= 0 && isSeq(kinds)) {
      kinds.add(document.createNode({ gpu, count }));
    }
  });
}

/** The fleet with other cards in one place of a host; none takes the place away. */
export function setCards(
  fleet: string,
  { host, place }: { readonly host: string; readonly place: number },
  change: { readonly gpu?: string; readonly count?: number },
): string {
  return editing(fleet, (document) => {
    const at = indexOf(document, "hosts", host);
    if (at < 0) {
      return;
    }
    if (change.count === 0) {
      document.deleteIn(["hosts", at, "gpus", place]);
    } else {
      setKeys(document, ["hosts", at, "gpus", place], change);
    }
  });
}

/** The fleet with other values for keys of one host; a host of an inventory gets its settings so. */
export function changeHost(fleet: string, name: string, change: Change): string {
  return editing(fleet, (document) => {
    if (indexOf(document, "hosts", name) < 0) {
      appendTo(document, "hosts", { name });
    }
    changeItem(document, ["hosts", name], change);
  });
}

export function removeHost(fleet: string, name: string): string {
  return editing(fleet, (document) => removeFrom(document, "hosts", name));
}

/** The fleet with these files as what its machines have; none takes the key away. */
export function setInventory(fleet: string, names: readonly string[]): string {
  return editing(fleet, (document) => {
    setKeys(document, [], { inventory: inventoryValue(names) });
  });
}

function inventoryValue(names: readonly string[]): unknown {
  if (names.length === 0) {
    return undefined;
  }
  return names.length === 1 ? names[0] : names;
}

/** The fleet with other values for keys of its policy. */
export function changePolicy(fleet: string, change: Change): string {
  return editing(fleet, (document) => setKeys(document, ["policy"], change));
}

/** The fleet with other values for keys at its top: `engine`, say. */
export function changeFleet(fleet: string, change: Change): string {
  return editing(fleet, (document) => setKeys(document, [], change));
}

/** A name that is not taken: "chat", "chat-2". */
export function freeName(taken: readonly string[], wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.includes(name); count++) {
    name = `${wanted}-${count}`;
  }
  return name;
}

/** The text after an edit by keys; a text that is no YAML stays, for people to mend. */
function editing(fleet: string, edit: Edit): string {
  const parsed = parseDocument(fleet);
  if (parsed.errors.length > 0) {
    return fleet;
  }
  const document = parsed.contents === null ? new Document({ models: [] }) : (parsed as Document);
  edit(document);
  return document.toString({ lineWidth: 0 });
}

function changeItem(
  document: Document,
  [list, name, ...part]: readonly [string, string, ...Path],
  change: Change,
): void {
  const at = indexOf(document, list, name);
  if (at >= 0) {
    setKeys(document, [list, at, ...part], change);
  }
}

function setKeys(document: Document, path: Path, change: Change): void {
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) {
      document.deleteIn([...path, key]);
    } else {
      // one word in the place of another keeps the comment beside it
      const isWord = typeof value !== "object";
      document.setIn([...path, key], isWord ? value : document.createNode(value, { flow: true }));
    }
  }
  if (path.length > 0 && isMap(document.getIn(path)) && sizeAt(document, path) === 0) {
    document.deleteIn(path);
  }
}

function sizeAt(document: Document, path: Path): number {
  const node = document.getIn(path);
  return isMap(node) ? node.items.length : 0;
}

function appendTo(document: Document, list: string, value: Change): void {
  const present = document.getIn([list]);
  const item = document.createNode(value);
  if (isSeq(present)) {
    present.flow = false;
    present.add(item);
  } else {
    document.setIn([list], document.createNode([value]));
  }
}

/** The list stays, empty, where it is the models: a fleet file has that key always. */
function removeFrom(document: Document, list: string, name: string): void {
  const at = indexOf(document, list, name);
  if (at < 0) {
    return;
  }
  document.deleteIn([list, at]);
  const rest = document.getIn([list]);
  if (isSeq(rest) && rest.items.length === 0) {
    if (list === "models") {
      rest.flow = true;
    } else {
      document.deleteIn([list]);
    }
  }
}

function indexOf(document: Document, list: string, name: string): number {
  return namesIn(document, list).indexOf(name);
}

function namesIn(document: Document, list: string): readonly string[] {
  const items = document.getIn([list]);
  return isSeq(items)
    ? items.items.map((item) => (isMap(item) ? String(item.get("name")) : ""))
    : [];
}
