/** How wide a text may be, and whether it may carry colours. */
export interface Look {
  readonly width: number;
  readonly hasColor: boolean;
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

/** The text in a colour, where colours are allowed. */
export function paint(look: Look, color: keyof typeof CODES, text: string): string {
  const [on, off] = CODES[color];
  return look.hasColor ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
