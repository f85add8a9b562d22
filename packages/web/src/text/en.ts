import { formatCount, formatFraction, formatGib } from "@berth/core";

/** Every word of the page, in one place: another language is another file of this shape. */
export const TEXT = {
  title: "Berth",
  tagline: "Which LLM goes on which GPU, and why",
  undo: "Undo",
  redo: "Redo",
  theme: { label: "Theme", light: "Light", dark: "Dark", system: "As the system" },
  close: "Close",
  remove: (what: string) => `Remove ${what}`,
  startOver: "Start over",
  empty: {
    title: "What do you have, and what shall it serve?",
    lead: "Paste what nvidia-smi prints, or pick cards. Then add models. Everything stays in this browser.",
    command: "nvidia-smi -q -x",
    example: "Try an example: twelve RTX 3090 and 4090",
  },
  cards: {
    title: "Cards",
    add: "Add cards",
    paste: "Paste nvidia-smi",
    pick: "Pick from the catalogue",
    pasteLabel: "What nvidia-smi printed",
    pasteHint:
      "Any form: the plain table, -q, -q -x, --query-gpu CSV, -L; topo -m after it. One host at a time; or drop files anywhere on the page.",
    hostName: "Host name",
    use: "Use these cards",
    kind: "Kind of card",
    count: "How many",
    addHost: "Add this host",
    none: "No cards yet.",
    reserve: "Keep free on each card",
    reserveHint: "A size such as 1 GiB or 512 MiB",
    host: (name: string, count: number) => `${name}: ${count} ${count === 1 ? "card" : "cards"}`,
    fromInventory: "as nvidia-smi printed it",
  },
  models: {
    title: "Models",
    add: "Add a model",
    search: "Search the catalogue",
    none: "No models yet.",
    parameters: (billions: string) => `${billions} parameters`,
    settings: (name: string) => `Settings of ${name}`,
    name: "Name",
    model: "Model",
    quantization: "Precision of the weights",
    kvCacheDtype: "Precision of the KV cache",
    asStored: "As its files are",
    any: "Any that runs",
    maxSeqLen: "Longest sequence",
    maxSeqLenHint: "Tokens: 8192 or 8k",
    least: "At least at once",
    want: "Wanted at once",
    replicas: "Replicas",
    tp: "Tensor parallel",
    pp: "Pipeline parallel",
    free: "free to choose",
    pins: "Only on",
    pinsHint: "Cards, hosts or kinds, with commas: box1:0, box2, rtx-4090",
    exclusive: "Shares its cards with no other model",
    priority: "Priority",
    engine: "Engine",
    engineOfFleet: "As the fleet",
    missing: "Neither in the catalogue nor among your files; drop its config.json on the page.",
  },
  settings: {
    size: (text: string) => `Expected a size with its unit, such as 1 GiB or 512 MiB, got ${text}.`,
    tokens: (text: string) => `Expected a number of tokens, such as 8192 or 8k, got ${text}.`,
  },
  plan: {
    solving: "Planning",
    stop: "Stop and take the best so far",
    progress: (share: string, bound: string) =>
      `the worst-served model gets ${share} of what it wants, at most ${bound} is possible`,
    optimal: "This is the best plan.",
    feasible: (gap: string) => `A good plan; the best is at most ${gap} better.`,
    infeasible: (count: number, of: number) =>
      `${count} of ${of} models ${of === 1 ? "has" : "have"} a place.`,
    share: (share: string) => `The worst-served model gets ${share} of what it wants.`,
    chance: (chance: string) => `It fits with a chance of at least ${chance}.`,
    warnings: "Good to know",
    nothing: "Bring cards and models, and the plan shows here.",
  },
  unplaced: {
    title: (model: string) => `${model} has no place`,
    remedies: "What would help",
    none: "No single change of those that were tried gives it a place.",
    apply: "Do this",
    cut: {
      enough: "Other remedies were not looked for: these cost less.",
      limit: "There may be others: the search for them came to its limit.",
    },
    needsCards: "Cards are then counted as the catalogue has them, without what others hold.",
  },
  views: {
    label: "Views of the plan",
    rack: "Cards",
    table: "Table",
    start: "Start order",
    fleet: "Fleet file",
  },
  rack: {
    label: "Memory of every card",
    card: (id: string, name: string) => `${id}, ${name}`,
    summary: (free: string, total: string) => `${free} of ${total} free`,
    parts: (id: string) => `Parts of ${id}`,
    legend: "Models",
    margin:
      "The lighter part of a segment is its margin: from what it most likely takes to what the plan counts.",
  },
  move: {
    menu: (model: string) => `Move ${model} to`,
    rank: (model: string, rank: number, of: number) => `${model}, rank ${rank + 1} of ${of}`,
    pin: "pinned",
    unpin: "Let Berth choose",
    hint: "Drop on a card to pin it there",
    toHost: (host: string) => `It is pinned to ${host}; Berth chooses the cards.`,
    toCard: (card: string) => `It is pinned to ${card}.`,
    instructions: "Drag onto another card, or press Enter for a list of cards.",
    started: (model: string) => `${model} is dragged.`,
    pinned: "Pinned. Berth plans around it.",
    canceled: "Nothing was moved.",
    handle: (model: string) => `Drag ${model} onto a card`,
  },
  segment: {
    others: "held by others",
    reserve: "kept free",
    free: "free",
    kv: "KV cache",
    of: (what: string, model: string) => `${what} of ${model}`,
  },
  terms: {
    weights: "weights",
    activations: "activations",
    runtime: "runtime buffers",
    context: "CUDA context",
    communication: "communication",
    graphs: "CUDA graphs",
    decoder: "decoder",
    headroom: "headroom",
    state: "recurrent state",
  } as Readonly<Record<string, string>>,
  inspector: {
    title: "The number",
    nothing:
      "Choose a part of a card, a card or a model to see its numbers and where they come from.",
    law: "Law",
    filled: "With the values put in",
    bounds: (low: string, high: string) => `95 % of cases lie between ${low} and ${high}.`,
    planned: (bytes: string) => `The plan counts ${bytes}.`,
    basis: {
      derived: "derived",
      measured: "measured",
      stated: "stated",
      assumed: "assumed",
    } as Readonly<Record<string, string>>,
    sources: "Sources",
    others: "All numbers here",
  },
  table: {
    caption: "Who runs where",
    columns: {
      model: "Model",
      cards: "Cards",
      engine: "Engine",
      precision: "Precision",
      layout: "Layout",
      sequences: "Sequences",
      kvTokens: "KV tokens",
      fraction: "KV fraction",
      order: "Start",
    },
    cardsCaption: "What is on each card",
    card: "Card",
    part: "Part",
    counted: "Counted",
    likely: "Likely",
    bounds: "Bounds",
  },
  start: {
    caption: "What each engine finds and leaves, in the order in which they start",
    order: "Start",
    model: "Model",
    card: "Card",
    before: "Free before",
    takes: "Takes",
    after: "Free after",
    fraction: "Fraction of free",
  },
  fleetFile: {
    label: "The fleet file",
    hint: "The same file that the command line reads. What you change here shows at once, and the other way round.",
    download: "Download",
  },
  share: {
    button: "Share",
    title: "A link that holds the fleet",
    lead: "Everything is in the part of the link after #, which browsers send to nobody.",
    copy: "Copy the link",
    copied: "Copied",
    tooLong: "The fleet is too large for a link; download its files instead.",
    broken: "This link could not be read: ",
  },
  drop: "Drop files here",
  dropped: {
    unknown: (name: string) =>
      `${name}: expected a fleet file, an output of nvidia-smi or a config.json, got something else`,
    tooLarge: (name: string, limit: string) => `${name}: expected at most ${limit}`,
  },
  problem: "Problem",
} as const;

/** Names that people know for terms that laws call otherwise. */
export function termName(term: string): string {
  const { segment, terms } = TEXT;
  return (
    { kv: segment.kv, others: segment.others, reserve: segment.reserve, free: segment.free }[
      term
    ] ??
    terms[term] ??
    term
  );
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

/** A number with its unit, as an explanation has it. */
export function quantity(value: number, unit: string): string {
  switch (unit) {
    case "byte":
      return formatGib(value);
    case "token":
      return `${formatCount(value)} tokens`;
    default:
      return Number.isInteger(value) ? formatCount(value) : formatFraction(value);
  }
}

/** A fraction of free memory; engines other than TensorRT-LLM have knobs of their own, which the files hold. */
export function fractionText(fraction: number | undefined): string {
  return fraction === undefined ? "–" : formatFraction(fraction);
}
