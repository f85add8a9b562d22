import fc from "fast-check";
import { expect, test } from "vitest";
import { twelveCards } from "../../../../test/fixtures/deploy-plans.ts";
import { nameDeployments, slug, slugs, sourceSlug, uniqueNames } from "./names.ts";

test.each([
  { text: "Llama-3.2-3B_it", name: "Llama-3.2-3B_it" },
  { text: "meta-llama/Llama-3.2-3B", name: "meta-llama-Llama-3.2-3B" },
  { text: "../../etc/passwd", name: "etc-passwd" },
  { text: "a..b", name: "a.b" },
  { text: "Écrivain d'été", name: "Ecrivain-d-ete" },
  { text: "$(rm -rf /)\n", name: "rm--rf" },
  { text: "模型", name: "model" },
  { text: "", name: "model" },
])("$text is called $name", ({ text, name }) => {
  expect(slug(text)).toBe(name);
});

test("no text gives a name that leaves its folder or means something to a shell", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(slug(text)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
      expect(slug(text)).not.toContain("..");
      expect(slug(text).length).toBeLessThanOrEqual(48);
    }),
  );
});

test.each([
  { source: "Qwen/Qwen2.5-1.5B", name: /^Qwen--Qwen2\.5-1\.5B$/ },
  { source: "/srv/models/qwen 7b", name: /^srv-models-qwen-7b-[0-9a-f]{8}$/ },
  { source: `${"long/".repeat(20)}qwen-7b`, name: /long-qwen-7b-[0-9a-f]{8}$/ },
  { source: "../..", name: /^model-[0-9a-f]{8}$/ },
])("files made from $source say so", ({ source, name }) => {
  expect(sourceSlug(source)).toMatch(name);
});

test("different sources have different names, without knowing of each other", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", "-", ".", "/", "é"), maxLength: 60 });
  fc.assert(
    fc.property(fc.uniqueArray(text), (texts) => {
      expect(new Set(texts.map(sourceSlug)).size).toBe(texts.length);
      expect(texts.map(sourceSlug).filter((name) => !/^[A-Za-z0-9._-]{1,64}$/.test(name))).toEqual(
        [],
      );
    }),
  );
});

test("names that come twice, also but for their case, are numbered", () => {
  expect(uniqueNames(["a", "A", "a-2", "a"], ["b"])).toEqual(["a", "A-2", "a-2-2", "a-3"]);
  expect(uniqueNames(["a"], ["A"])).toEqual(["a-2"]);
});

test("different texts never share a name", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", "-", "2", "/", "é"), maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(text), (texts) => {
      const names = [...slugs(texts, (each) => each).values()];
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(texts.length);
    }),
  );
});

test("replicas are numbered and share one variable", () => {
  const { deployments } = twelveCards("tensorrt-llm");
  expect([...nameDeployments(deployments).values()]).toEqual([
    { file: "llama-3b", pathVariable: "MODEL_PATH_LLAMA_3B" },
    { file: "qwen-7b", pathVariable: "MODEL_PATH_QWEN_7B" },
    { file: "mistral-7b-r0", pathVariable: "MODEL_PATH_MISTRAL_7B" },
    { file: "mistral-7b-r1", pathVariable: "MODEL_PATH_MISTRAL_7B" },
  ]);
});
