import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";

const WIDTH = 720;
const ROW = 58;
const TOP = 30;
const BAR = { left: 16, height: 22, width: WIDTH - 32 } as const;
const GIB = 2 ** 30;
const COLOURS = { earlier: "#c7cdd4", before: "#4f7cac", kv: "#e0a458", free: "#ffffff" } as const;

/** One engine's start on a card: bytes in the order in which they are taken. */
interface Start {
  readonly name: string;
  readonly fraction: number;
  readonly taken: number;
  readonly found: number;
  readonly before: number;
  readonly kv: number;
}

/** An SVG of what is free on a card before and after each engine of a plan, in start order. */
export function startOrderPicture(plan: PlanDocument, gpu: string): string {
  const card = plan.gpus.find(({ id }) => id === gpu);
  if (card === undefined) {
    throw new Error(`the plan has no card ${gpu}`);
  }
  const starts = startsOn(plan, gpu, card.memoryBytes);
  const height = TOP + starts.length * ROW + 26;
  const rows = starts.map((start, i) =>
    row(start, { y: TOP + i * ROW, memory: card.memoryBytes, i }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>What is free on ${gpu} before and after each engine</title>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#fafbfc"/>
${rows.join("\n")}
${legend(height - 12)}
</svg>
`;
}

function startsOn(plan: PlanDocument, gpu: string, memory: number): readonly Start[] {
  return plan.deployments
    .toSorted((a, b) => a.startOrder - b.startOrder)
    .flatMap(({ model, ranks, kv }) =>
      ranks
        .filter((rank) => rank.gpu === gpu)
        .map(({ freeAtStartBytes: found, freeForKvBytes, kv: { budgetBytes } }) => ({
          name: model,
          fraction: kv.freeGpuMemFraction ?? 0,
          taken: memory - found,
          found,
          before: found - freeForKvBytes,
          kv: budgetBytes,
        })),
    );
}

function row(
  start: Start,
  at: { readonly y: number; readonly memory: number; readonly i: number },
): string {
  const scale = BAR.width / at.memory;
  const parts = [
    { bytes: start.taken, colour: COLOURS.earlier },
    { bytes: start.before, colour: COLOURS.before },
    { bytes: start.kv, colour: COLOURS.kv },
  ];
  let x: number = BAR.left;
  const bars = parts.map(({ bytes, colour }) => {
    const width = bytes * scale;
    const rect = `<rect x="${x.toFixed(1)}" y="${at.y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${colour}"/>`;
    x += width;
    return rect;
  });
  const words = `${at.i + 1}. ${start.name} finds ${gib(start.found)} free, and ${gib(start.found - start.before)} once it is loaded; ${start.fraction.toFixed(4)} of that: ${gib(start.kv)} of KV cache`;
  return `<text x="${BAR.left}" y="${at.y - 6}" fill="#1d2733">${words}</text>
<rect x="${BAR.left}" y="${at.y}" width="${BAR.width}" height="${BAR.height}" fill="${COLOURS.free}" stroke="#8b97a3"/>
${bars.join("\n")}`;
}

function legend(y: number): string {
  const entries = [
    { words: "earlier engines, others and reserve", colour: COLOURS.earlier, x: 0 },
    { words: "this engine before its KV cache", colour: COLOURS.before, x: 240 },
    { words: "its KV cache", colour: COLOURS.kv, x: 460 },
    { words: "free", colour: COLOURS.free, x: 580 },
  ];
  return entries
    .map(({ words, colour, x }) => {
      const left = BAR.left + x;
      return `<rect x="${left}" y="${y - 10}" width="11" height="11" fill="${colour}" stroke="#8b97a3"/><text x="${left + 16}" y="${y}" fill="#1d2733" font-size="12">${words}</text>`;
    })
    .join("\n");
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(2)} GiB`;
}
