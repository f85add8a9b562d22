import { GIB } from "./units.ts";

/** "12.34 GiB": bytes are always shown in GiB, so that numbers under each other compare. */
export function formatGib(bytes: number, digits = 2): string {
  return `${(bytes / GIB).toFixed(digits)} GiB`;
}

/** "65,536": groups of three, whatever the locale. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "0.0213", "2.70", "1,790": three digits of what may be small or large, such as requests a second. */
export function formatRate(value: number): string {
  return value >= 100 ? formatCount(value) : value.toPrecision(3);
}

/** "38 %" */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** "7.62 B": parameters in billions, or millions below one billion. */
export function formatParameters(parameters: number): string {
  return parameters >= 1e9
    ? `${(parameters / 1e9).toFixed(2)} B`
    : `${(parameters / 1e6).toFixed(0)} M`;
}

/** "0.2162": a memory fraction with the four digits that launchers keep. */
export function formatFraction(fraction: number): string {
  return fraction.toFixed(4);
}
