import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonBytes, USUAL_ROOM } from "./json-bytes.ts";
import { frozen, list, name, number, numbers, object, shared, text, truth } from "./json-shape.ts";

const written = (write: (out: JsonBytes) => void): string => {
  const out = new JsonBytes();
  write(out);
  return Buffer.from(out.take()).toString();
};

const numbersOfAllSizes = fc.oneof(
  fc.double(),
  fc.maxSafeNat(),
  fc.integer(),
  // beside powers of ten, where digits are counted and divided
  fc
    .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: -2, max: 2 }))
    .map(([power, more]) => 10 ** power + more),
  // beside multiples of a billion, where quotients are rounded
  fc
    .tuple(fc.integer({ min: 0, max: 9_007_199 }), fc.integer({ min: -2, max: 2 }))
    .map(([billions, more]) => billions * 1e9 + more),
);

test("a number is what JSON.stringify gives", () => {
  fc.assert(
    fc.property(numbersOfAllSizes, (value) => {
      expect(written((out) => out.number(value))).toBe(JSON.stringify(value));
    }),
    { numRuns: 20_000 },
  );
});

test.each([0, -0, 0.1, 1e21, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, Number.NaN, 1 / 0])(
  "so is %d",
  (value) => {
    expect(written((out) => out.number(value))).toBe(JSON.stringify(value));
  },
);

test("text is what JSON.stringify gives, seen before or not", () => {
  const anyText = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(anyText, (value) => {
      const twice = written((out) => {
        out.name(value);
        out.name(value);
        text(value, out);
      });
      expect(twice).toBe(JSON.stringify(value).repeat(3));
    }),
  );
  const half = "\ud800";
  expect(written((out) => out.name(half))).toBe(JSON.stringify(half));
});

interface Part {
  readonly id?: string;
  readonly list: readonly number[];
  readonly byName: Readonly<Record<string, number>>;
  readonly inner: { readonly isTrue?: boolean };
}

const part = object<Part>({
  id: name,
  list: list(number),
  byName: numbers,
  inner: object<Part["inner"]>({ isTrue: truth }),
});

test("a document is what JSON.stringify gives, whatever is empty or absent", () => {
  const parts = fc.record(
    {
      id: fc.string(),
      list: fc.array(fc.integer()),
      byName: fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
      inner: fc.record({ isTrue: fc.boolean() }, { requiredKeys: [] }),
    },
    { requiredKeys: ["list", "byName", "inner"] },
  );
  const all = list(shared(part));
  fc.assert(
    fc.property(fc.array(parts), (values) => {
      const twice = [...values, ...values];
      expect(written((out) => all(twice, out))).toBe(JSON.stringify(twice));
    }),
  );
});

test("what is frozen is written once, and what is not as it is each time", () => {
  const write = frozen(part);
  const changing = { list: [1], byName: {}, inner: {} };
  const fixed = Object.freeze({ list: [1], byName: {}, inner: {} });
  const both = (): string =>
    written((out) => {
      write(changing, out);
      write(fixed, out);
    });
  expect(both()).toBe(JSON.stringify(changing) + JSON.stringify(fixed));
  changing.list.push(2);
  fixed.list.push(2); // frozen is the object, not what is in it
  expect(both()).toBe(JSON.stringify(changing) + JSON.stringify({ ...fixed, list: [1] }));
});

test("room grows as far as is written, and what was taken stays as it was", () => {
  const out = new JsonBytes();
  out.name("kept");
  const kept = out.take();
  const long = "a".repeat(400_000);
  for (let i = 0; i < 5; i += 1) {
    text(long, out);
  }
  out.repeat(0, out.length);
  expect(Buffer.from(out.take()).toString()).toBe(JSON.stringify(long).repeat(10));
  expect(Buffer.from(kept).toString()).toBe('"kept"');
});

test("what follows goes to room that is given back, and to more where that is full", () => {
  const out = new JsonBytes();
  out.name("a");
  const first = out.take();
  const { buffer } = first;
  out.take(buffer as ArrayBuffer);
  out.name("b");
  const second = out.take(buffer as ArrayBuffer);
  expect(second.buffer).toBe(buffer);
  expect(Buffer.from(second).toString()).toBe('"b"');
  text("a".repeat(USUAL_ROOM), out);
  const third = out.take();
  expect(third.buffer).not.toBe(buffer);
  expect(third.length).toBe(USUAL_ROOM + 2);
});

test("nothing written has bytes of its own, so that another thread may have them", () => {
  const out = new JsonBytes();
  const [none, more] = [out.take(), out.take()];
  expect([none.length, more.length]).toEqual([0, 0]);
  expect(none.buffer).not.toBe(more.buffer);
});

test("what was written last can be copied and forgotten", () => {
  const out = new JsonBytes();
  out.name("a");
  const at = out.length;
  out.name("b");
  const copy = out.copyFrom(at);
  out.backTo(at);
  out.name("c");
  expect(Buffer.from(copy).toString()).toBe('"b"');
  expect(Buffer.from(out.take()).toString()).toBe('"a""c"');
});
