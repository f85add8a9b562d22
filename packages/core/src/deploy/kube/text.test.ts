import fc from "fast-check";
import { expect, test } from "vitest";
import { dnsNames, nodeName } from "./names.ts";
import { kubeText } from "./text.ts";

/** As Kubernetes expands arguments: `$$` is a dollar, `$(NAME)` a variable, all else itself. */
function expanded(text: string): string {
  return text.replace(/\$(\$|\([^)]*\))/g, (_, what) => (what === "$" ? "$" : "EXPANDED"));
}

test.each([
  { text: "$(HOME)", written: "$$(HOME)" },
  { text: "$$(HOME)", written: "$$$$(HOME)" },
  { text: "$1 {x} $", written: "$1 {x} $" },
])("$text is written as $written", ({ text, written }) => {
  expect(kubeText(text)).toBe(written);
});

test("whatever the text is, Kubernetes makes it again and expands nothing", () => {
  const dollars = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "{", "}"), maxLength: 12 });
  fc.assert(
    fc.property(fc.oneof(dollars, fc.string({ unit: "binary" })), (text) => {
      expect(expanded(kubeText(text))).toBe(text);
    }),
  );
});

test("names are DNS labels that start with a letter, another one for every text", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 8 }),
      (texts) => {
        const names = [...dnsNames([...texts, "kubernetes", "a".repeat(300)]).values()];
        expect(new Set(names).size).toBe(names.length);
        expect(names).not.toContain("kubernetes");
        for (const name of names) {
          expect(name).toMatch(/^[a-z]([-a-z0-9]{0,43}[a-z0-9])?$/);
        }
      },
    ),
  );
});

test.each([
  { host: "Node-A", node: "node-a" },
  { host: "gpu1.example.org", node: "gpu1.example.org" },
  { host: "a b", node: undefined },
  { host: "", node: undefined },
  { host: "-a", node: undefined },
  { host: "a".repeat(64), node: undefined },
])("host $host is node $node", ({ host, node }) => {
  expect(nodeName(host)).toBe(node);
});
