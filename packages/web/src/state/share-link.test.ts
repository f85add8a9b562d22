import fc from "fast-check";
import { deflateSync, strToU8 } from "fflate";
import { expect, test } from "vitest";
import { openedLink } from "./opened-link.ts";
import { fragmentOf, workspaceOfFragment } from "./share-link.ts";

const packed = (value: unknown): string =>
  `f1=${Buffer.from(deflateSync(strToU8(JSON.stringify(value)))).toString("base64url")}`;

test("a workspace comes out of its link as it went in", () => {
  const text = fc.string({ unit: "grapheme" });
  const files = fc.array(fc.record({ name: text, text }), { maxLength: 5 });
  fc.assert(
    fc.property(fc.record({ fleet: text, files }), (workspace) => {
      expect(workspaceOfFragment(`#${fragmentOf(workspace)}`)).toEqual(workspace);
    }),
  );
});

test("what would be too long is no link", () => {
  let fleet = "";
  for (let word = 1; fleet.length < 400_000; word = (word * 48_271) % 2_147_483_647) {
    fleet += word.toString(36);
  }
  expect(fragmentOf({ fleet, files: [] })).toBeUndefined();
});

test("a fragment of something else is none of ours", async () => {
  expect(workspaceOfFragment("#top")).toBeUndefined();
  expect(await openedLink("#top")).toEqual({ workspace: undefined });
  expect(await openedLink("")).toEqual({});
});

test.each([
  ["no base64", "f1=%%%", "expected base64 text"],
  [
    "no compression",
    `f1=${Buffer.from("hello").toString("base64url")}`,
    "expected compressed text",
  ],
  ["no fleet", packed({ files: [] }), "expected a fleet file and the files that it names"],
  ["an array", packed([]), "expected a fleet file and the files that it names"],
  ["files without text", packed({ fleet: "", files: [{ name: "a" }] }), "a name and a text"],
  ["too many files", packed({ fleet: "", files: Array(1001).fill({}) }), "expected a fleet file"],
])("%s is refused in one sentence", async (_, fragment, problem) => {
  expect(() => workspaceOfFragment(fragment)).toThrow(RangeError);
  expect((await openedLink(`#${fragment}`)).problem?.message).toContain(problem);
});

test("a link that unpacks without end is refused in bounded memory", () => {
  const bomb = deflateSync(new Uint8Array(60_000_000), { level: 9 });
  const fragment = `f1=${Buffer.from(bomb).toString("base64url")}`;
  expect(() => workspaceOfFragment(fragment)).toThrow(RangeError);
});

test.each([
  '{"fleet":"a","files":[],"__proto__":{"x":1}}',
  '{"fleet":"a","files":[{"__proto__":1}]}',
])("a link that names the prototype is refused: %s", (text) => {
  expect(() => workspaceOfFragment(packed(JSON.parse(text)))).toThrow(
    new RangeError("expected no key of the name __proto__, got one"),
  );
});
