const MS_A_SECOND = 1000;

/** "12.3 s". */
export function secondsText(ms: number): string {
  return `${(ms / MS_A_SECOND).toFixed(1)} s`;
}
