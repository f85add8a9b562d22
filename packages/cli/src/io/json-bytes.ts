import { digitCount, writeDigits } from "./digits.ts";

/** Room at first: the answers of a task have some hundred kilobytes. */
const FIRST_BYTES = 1 << 19;
/** Names kept encoded: a batch has some hundred keys, laws, sources and ids, the longest with 600 characters. */
const MOST_NAMES = 4096;
const LONGEST_NAME = 1000;
/** UTF-8 bytes of one UTF-16 unit. */
const MOST_UTF8_BYTES = 3;
/** From so many bytes on, a call that copies them is faster than a loop. */
const MANY_BYTES = 48;

/** JSON in UTF-8, written piece by piece into room that grows; what comes often is encoded once. */
export class JsonBytes {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  readonly #names = new Map<string, Uint8Array>();

  get length(): number {
    return this.#length;
  }

  /** What was written; it is the caller's from now on, and writing begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
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
    const known = this.#names.get(text);
    if (known !== undefined) {
      this.put(known);
      return;
    }
    const piece = Buffer.from(JSON.stringify(text));
    if (this.#names.size < MOST_NAMES && text.length <= LONGEST_NAME) {
      this.#names.set(text, piece);
    }
    this.put(piece);
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
      const larger = Buffer.allocUnsafeSlow(2 * length);
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    this.#length = length;
    return at;
  }
}
