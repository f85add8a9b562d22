const WIDTH = 720;
const ROW = 58;
const TOP = 30;
const BAR = { left: 16, height: 22, width: WIDTH - 32 } as const;
const INK = "#1d2733";
const LINE = "#8b97a3";
const GIB = 2 ** 30;

/** What parts of a card's memory are drawn in. */
const COLOURS = {
  earlier: "#c7cdd4",
  before: "#4f7cac",
  passing: "#9bb8d3",
  kv: "#e0a458",
  short: "#b3423a",
  free: "#ffffff",
} as const;

type Colour = keyof typeof COLOURS;

/** One bar: a card's memory from the left, and a span of it that is marked below. */
export interface Bar {
  readonly words: string;
  readonly parts: readonly { readonly bytes: number; readonly colour: Colour }[];
  readonly span?: { readonly from: number; readonly to: number };
}

/** A picture of bars that are as long as a card's memory; parts that go past its end are cut there. */
export interface BarsPicture {
  readonly title: string;
  readonly memoryBytes: number;
  readonly bars: readonly Bar[];
  readonly legend: readonly (readonly [words: string, colour: Colour])[];
}

/** An SVG of it. */
export function barsPicture({ title, memoryBytes, bars, legend }: BarsPicture): string {
  const height = TOP + bars.length * ROW + 26;
  const scale = BAR.width / memoryBytes;
  const rows = bars.map((bar, i) => barSvg(bar, TOP + i * ROW, scale));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>${title}</title>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#fafbfc"/>
${rows.join("\n")}
${legendSvg(legend, height - 12)}
</svg>
`;
}

function barSvg({ words, parts, span }: Bar, y: number, scale: number): string {
  let x: number = BAR.left;
  const end = BAR.left + BAR.width;
  const rects = parts.map(({ bytes, colour }) => {
    const width = Math.min(bytes * scale, end - x);
    const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${COLOURS[colour]}"/>`;
    x += width;
    return rect;
  });
  return [
    `<text x="${BAR.left}" y="${y - 6}" fill="${INK}">${words}</text>`,
    `<rect x="${BAR.left}" y="${y}" width="${BAR.width}" height="${BAR.height}" fill="${COLOURS.free}" stroke="${LINE}"/>`,
    ...rects,
    ...(span === undefined ? [] : [spanSvg(span, y + BAR.height + 5, scale)]),
  ].join("\n");
}

function spanSvg(
  { from, to }: { readonly from: number; readonly to: number },
  y: number,
  scale: number,
): string {
  const [left, right] = [from, to].map((bytes) => (BAR.left + bytes * scale).toFixed(1));
  return `<path d="M${left} ${y - 3}V${y}H${right}V${y - 3}" fill="none" stroke="${INK}" stroke-width="1.5"/>`;
}

/** A letter of the legend, and what stands beside its words, at the most. */
const LEGEND = { letter: 6.6, beside: 36 } as const;

function legendSvg(legend: BarsPicture["legend"], y: number): string {
  let left: number = BAR.left;
  return legend
    .map(([words, colour]) => {
      const x = left;
      left += Math.ceil(words.length * LEGEND.letter + LEGEND.beside);
      return `<rect x="${x}" y="${y - 10}" width="11" height="11" fill="${COLOURS[colour]}" stroke="${LINE}"/><text x="${x + 16}" y="${y}" fill="${INK}" font-size="12">${words}</text>`;
    })
    .join("\n");
}

/** "5.98 GiB". */
export function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(2)} GiB`;
}
