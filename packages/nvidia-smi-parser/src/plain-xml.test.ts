import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NvidiaSmiParseError } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";
import { plainXml } from "./plain-xml.ts";
import { LISTS, unusualXml } from "./unusual-xml.ts";

/** What the library makes of a document; undefined where it refuses it. */
function byLibrary(xml: string): unknown {
  try {
    return unusualXml(xml, 1);
  } catch {
    return undefined;
  }
}

function nested(depth: number): string {
  return `${"<a>".repeat(depth)}x${"</a>".repeat(depth)}`;
}

test("a document of nvidia-smi is read without the library", () => {
  const xml =
    '<log>\n\t<gpu id="0:1">\n\t\t<name>A30</name><mig>\n None </mig><clock>1 MHz</clock><clock>2 MHz</clock></gpu>\n</log>';
  expect(plainXml(xml, LISTS)).toStrictEqual({
    log: { gpu: [{ "@id": "0:1", name: "A30", mig: "None", clock: ["1 MHz", "2 MHz"] }] },
  });
});

describe("left to the library", () => {
  test.each([
    ["a comment", "<log><!-- a --><b>1</b></log>"],
    ["CDATA", "<log><![CDATA[a]]></log>"],
    ["an entity", "<log>a &amp; b</log>"],
    ["a tag without an end of its own", "<log><a/></log>"],
    ["text beside tags", "<log>a<b>1</b></log>"],
    ["text behind tags", "<log><b>1</b>a</log>"],
    ["text beside an attribute", '<log><a id="1">x</a></log>'],
    ["two attributes", '<log><a id="1" b="2"></a></log>'],
    ["a quote of the other kind", "<log><gpu id='1'></gpu></log>"],
    ["a name that every object has", "<log><constructor>1</constructor></log>"],
    ["a prototype", "<log><__proto__>1</__proto__></log>"],
    ["crossed tags", "<log><a><b></a></b></log>"],
    ["a missing end", "<log><a>1</a>"],
    ["an end too many", "<log></log></log>"],
    ["text in front", "a<log></log>"],
    ["text at the end", "<log></log>a"],
    ["half a tag", "<log></log><"],
    ["deep nesting", nested(MAX_DEPTH + 1)],
  ])("%s", (_what, xml) => {
    expect(plainXml(xml, LISTS)).toBeUndefined();
  });
});

test("the deepest nesting that is allowed is read", () => {
  expect(plainXml(nested(MAX_DEPTH), LISTS)).toStrictEqual(byLibrary(nested(MAX_DEPTH)));
});

const name = fc.constantFrom("gpu", "mig_device", "a", "b", "b", "toString", "x1");
const text = fc.constantFrom("", " 1 MiB ", "N/A", "a > b", "\n\tNone\n", "&lt;", "'\"");

const { document } = fc.letrec<{ document: string; inside: string }>((tie) => ({
  inside: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    fc.array(tie("document"), { maxLength: 4 }).map((all) => all.join("\n  ")),
  ),
  document: fc
    .tuple(name, fc.constantFrom("", "", ' id="a b"'), tie("inside"))
    .map(([own, attribute, inside]) => `<${own}${attribute}>${inside}</${own}>`),
}));

test("what is read is the library's tree, of any document", () => {
  let read = 0;
  fc.assert(
    fc.property(document, (xml) => {
      const tree = plainXml(xml, LISTS);
      read += tree === undefined ? 0 : 1;
      expect(tree ?? byLibrary(xml)).toStrictEqual(byLibrary(xml));
    }),
    { numRuns: 250 },
  );
  expect(read).toBeGreaterThan(100);
});

test("of a broken document nothing is read that the library refuses", () => {
  const broken = fc
    .tuple(
      document,
      fc.nat(),
      fc.nat(8),
      fc.constantFrom("", "<", ">", "/", '"', "&", "!", " ", "a"),
    )
    .map(([xml, at, length, put]) => {
      const start = at % (xml.length + 1);
      return xml.slice(0, start) + put + xml.slice(start + length);
    });
  fc.assert(
    fc.property(broken, (xml) => {
      const tree = plainXml(xml, LISTS);
      expect(tree ?? byLibrary(xml)).toStrictEqual(byLibrary(xml));
    }),
    { numRuns: 1000 },
  );
});

test("refusals are the library's, in our words", () => {
  expect(() => unusualXml("<a><b></a></b>", 3)).toThrow(NvidiaSmiParseError);
});
