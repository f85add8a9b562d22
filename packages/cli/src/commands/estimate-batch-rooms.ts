import { USUAL_ROOM } from "../io/json-bytes.ts";

/** Room of answers that are printed, for those to come: new room for each costs more than to write them. */
export class Rooms {
  readonly #free: ArrayBuffer[] = [];

  take(): ArrayBuffer | undefined {
    return this.#free.pop();
  }

  /** Room of another size than the usual is dropped: a batch may have one large line. */
  giveBack({ buffer }: Uint8Array): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === USUAL_ROOM) {
      this.#free.push(buffer);
    }
  }
}
