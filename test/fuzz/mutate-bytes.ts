import { MOST_MADE, picked, type Step } from "./steps.ts";

/** What a length or a count can lie. */
const LIES: readonly bigint[] = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  1n << 20n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 32n) - 1n,
  1n << 32n,
  (1n << 53n) - 1n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

/** Headers stand at the start: that much of a file is changed. */
const HEADER = 4096;

type Change = (bytes: Uint8Array, step: Step) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

const place = (bytes: Uint8Array, at: number): number =>
  bytes.length === 0 ? 0 : at % Math.min(HEADER, bytes.length);

function lied(bytes: Uint8Array, step: Step, width: 4 | 8): Uint8Array {
  const at = place(bytes, step.at);
  if (bytes.length < at + width) {
    return bytes;
  }
  const changed = new Uint8Array(bytes);
  const view = new DataView(changed.buffer);
  const lie = picked(LIES, step.pick);
  if (width === 8) {
    view.setBigUint64(at, lie, true);
  } else {
    view.setUint32(at, Number(lie & 0xffffffffn), true);
  }
  return changed;
}

const CHANGES: readonly Change[] = [
  (bytes, step) => lied(bytes, step, 8),
  (bytes, step) => lied(bytes, step, 4),
  // the first fields count what follows
  (bytes, step) => lied(bytes, { ...step, at: 8 * (step.at % 3) }, 8),
  (bytes, { at }) => bytes.slice(0, at % (bytes.length + 1)),
  (bytes, { at, pick }) => bytes.map((byte, i) => (i === place(bytes, at) ? pick % 256 : byte)),
  (bytes, { at, size }) =>
    joined(bytes.slice(0, place(bytes, at)), bytes.slice(place(bytes, at) + 1 + (size % 40))),
  (bytes, { at, pick, size }) =>
    joined(
      bytes.slice(0, place(bytes, at)),
      new Uint8Array(picked([1, 7, 300, 100_000], size)).fill(pick),
      bytes.slice(place(bytes, at)),
    ),
  (bytes, { at, pick, size }) => {
    const from = place(bytes, at);
    const part = bytes.slice(from, from + 1 + (pick % 200));
    return joined(
      bytes.slice(0, from),
      ...Array<Uint8Array>(picked([1, 20, 2000], size)).fill(part),
      bytes.slice(from),
    );
  },
  (bytes, { pick }) =>
    joined(
      picked(
        [
          [0xef, 0xbb, 0xbf],
          [0xff, 0xfe],
          [0xfe, 0xff],
        ].map((mark) => Uint8Array.from(mark)),
        pick,
      ),
      bytes,
    ),
];

/** Bytes with one change. */
export function changedBytes(bytes: Uint8Array, step: Step): Uint8Array {
  return picked(CHANGES, step.op)(bytes, step).slice(0, MOST_MADE);
}
