import { digitCount, writeDigits } from "./digits.ts";

/**
 * Room at first: the answers of a usual task, 32 lines of eight ranks, have 0.7 million bytes. Answers that outgrow their
 * room leave two buffers to the collector, which then marks all there is: that took a tenth of a batch's time.
 */
export const USUAL_ROOM: number = 1 << 20;
/** Names kept encoded: a batch has some hundred keys, laws, sources and ids, the longest with 600 characters. */
const MOST_NAMES = 4096;
const LONGEST_NAME = 1000;
/** UTF-8 bytes of one UTF-16 unit. */
const MOST_UTF8_BYTES = 3;
/** From so many bytes on, a call that copies them is faster than a loop. */
const MANY_BYTES = 48;

/** JSON in UTF-8, written piece by piece into room that grows; what comes often is encoded once. */
export class JsonBytes {
  #bytes: Buffer = NO_ROOM;
  #length = 0;
  readonly #names: Pieces = new Map();
  readonly #keys: Pieces = new Map();

  get length(): number {
    return this.#length;
  }

  /** What was written; it is the caller's from now on, and writing begins anew: in `room`, where some is given. */
  take(room?: ArrayBuffer): Uint8Array {
    // what is empty has bytes of its own, which may be handed to another thread
    const taken = this.#length === 0 ? new Uint8Array() : this.#bytes.subarray(0, this.#length);
    this.#bytes = room === undefined ? NO_ROOM : Buffer.from(room);
    this.#length = 0;
    return taken;
  }

  /** A copy of what was written from `start` on. */
  copyFrom(start: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(start, this.#length));
  }

  /** Forgets what was written from `start` on. */
  backTo(start: number): void {
    this.#length = start;
  }

  /** Writes over the byte at `at`. */
  set(at: number, byte: number): void {
    this.#bytes[at] = byte;
  }

  /** Bytes that are JSON already. */
  put(piece: Uint8Array): void {
    const { length } = piece;
    const at = this.#grow(length);
    const bytes = this.#bytes;
    if (length >= MANY_BYTES) {
      bytes.set(piece, at);
      return;
    }
    for (let i = 0; i < length; i += 1) {
      bytes[at + i] = piece[i] ?? 0;
    }
  }

  /** What stands from `start` to `end`, once more. */
  repeat(start: number, end: number): void {
    const at = this.#grow(end - start);
    this.#bytes.copyWithin(at, start, end);
  }

  /** Text that many documents have in common. */
  name(text: string): void {
    this.put(this.#names.get(text) ?? newPiece(this.#names, text, JSON.stringify(text)));
  }

  /** A key that many documents have in common, after a comma and before its colon. */
  key(text: string): void {
    this.put(this.#keys.get(text) ?? newPiece(this.#keys, text, `,${JSON.stringify(text)}:`));
  }

  /** JSON as text. */
  json(json: string): void {
    const most = MOST_UTF8_BYTES * json.length;
    const at = this.#grow(most);
    this.#length = at + this.#bytes.write(json, at, most, "utf8");
  }

  number(value: number): void {
    const count = digitCount(value);
    if (count === undefined) {
      this.json(JSON.stringify(value));
      return;
    }
    const at = this.#grow(count);
    writeDigits(this.#bytes, { at, count, value });
  }

  /** Makes room for so many bytes and counts them as written; where the first of them goes. */
  #grow(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(USUAL_ROOM, 2 * length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    this.#length = length;
    return at;
  }
}

const NO_ROOM = Buffer.alloc(0);

type Pieces = Map<string, Uint8Array>;

/** The bytes of a piece of JSON, which are kept while few are. */
function newPiece(pieces: Pieces, text: string, json: string): Uint8Array {
  const piece = Buffer.from(json);
  if (pieces.size < MOST_NAMES && text.length <= LONGEST_NAME) {
    pieces.set(text, piece);
  }
  return piece;
}
