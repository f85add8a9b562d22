// Whatever a plan's texts are, every target writes the same files with other texts in them: nothing leaves its quotes or
// its folder. A target that is registered is held to it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Artifact } from "../../packages/core/src/deploy/artifact.ts";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import type { RenderOptions } from "../../packages/core/src/deploy/render-options.ts";
import { listTargets } from "../../packages/core/src/deploy/targets/registry.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { planFor, twoOnOne } from "../fixtures/deploy-plans.ts";
import { fileShape } from "../support/file-shape.ts";
import { shellShape } from "../support/shell-shape.ts";

interface Texts {
  readonly model: string;
  readonly source: string;
  readonly host: string;
}

const PLAIN: Texts = { model: "plain", source: "plain", host: "plain" };

/** A plan with its names, paths, hosts and UUIDs replaced; what was different stays so. */
function withTexts(plan: PlanDocument, { model, source, host }: Texts): PlanDocument {
  const models = [...new Set(plan.deployments.map((each) => each.model))];
  const sources = [...new Set(plan.deployments.map((each) => each.source))];
  const hosts = plan.hosts.map((each) => each.name);
  return {
    ...plan,
    hosts: plan.hosts.map((each, at) => ({ ...each, name: `${host}${at}` })),
    gpus: plan.gpus.map((gpu) => ({
      ...gpu,
      host: `${host}${hosts.indexOf(gpu.host)}`,
      uuid: `GPU-${host}-${gpu.index}`,
    })),
    deployments: plan.deployments.map((each) => ({
      ...each,
      model: `${model}${models.indexOf(each.model)}`,
      source: `/srv/${source}/${sources.indexOf(each.source)}`,
    })),
    unplaced: [{ model, reasons: [{ code: "x", text: source }], remedies: [] }],
    warnings: [host],
  };
}

const hostile = fc.oneof(
  fc.constantFrom(
    "'; touch owned; '",
    '"$(touch owned)"',
    "`touch owned`",
    "a\nexec sh\n#",
    "a' \\\nb",
    "../../../etc/passwd",
    "..",
    "-rf",
    "--config=x",
    "$" + "{HOME}",
    "$$(touch owned)",
    "%n%h",
    "#no comment",
    "a: b\n- c",
    "a | b",
    "]]>",
    "{{ .Values }}",
    "EOF\ntouch owned\n",
    "true",
    "null",
    "0x1",
    "\u{202e}\u{2028}\u{85}",
    "模型 😀",
    "e\u{301}té",
    "A",
    "a",
    "",
    " ",
  ),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replaceAll("\0", "")),
  fc.string({
    unit: fc.constantFrom("'", '"', "\n", "$", "(", ")", "`", "\\", "/", ".", "%", "{", "}"),
    maxLength: 12,
  }),
);

const hostileTexts = fc.record({ model: hostile, source: hostile, host: hostile });

function shapesOf(artifacts: readonly Artifact[]): readonly string[] {
  return artifacts.map((file) => JSON.stringify([file.isExecutable, fileShape(file)])).sort();
}

type Id = Parameters<typeof renderDeployment>[1];

interface Case {
  readonly name: string;
  readonly id: Id;
  readonly options: RenderOptions;
  /** In place of the target's own. */
  readonly plan?: PlanDocument;
}

function files(plan: PlanDocument, id: Id, options: RenderOptions): readonly Artifact[] {
  const result = renderDeployment(plan, id, options);
  return result.ok ? result.artifacts : [];
}

/** The bundle with these texts; what a target can't take it says, and it takes the others. */
function hostileFiles(
  plan: PlanDocument,
  texts: Texts,
  { id, options }: Case,
): readonly Artifact[] {
  const { host, source } = PLAIN;
  for (const some of [
    texts,
    { ...texts, host },
    { ...texts, source },
    { ...texts, host, source },
  ]) {
    const result = renderDeployment(withTexts(plan, some), id, options);
    if (result.ok) {
      return result.artifacts;
    }
    for (const { text } of result.refusals) {
      expect(text).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{20,}$/u);
    }
  }
  return [];
}

/** A route on a header is left out for a name that no header can hold; such a bundle is like this name's. */
const NO_HEADER = "a\nb";
/** Compose has a variable for a model's folder where its path may be the variable's default, as this may not. */
const NO_DEFAULT = "a b";
const OTHERS: Readonly<Record<string, Partial<Texts>>> = {
  kubernetes: { model: NO_HEADER },
  compose: { source: NO_DEFAULT },
};

/** Targets that give each TensorRT engine a Triton of its own. */
const PACKED = ["scripts", "compose", "systemd", "slurm", "kubernetes"] as const;

const CASES: readonly Case[] = [
  ...listTargets().map(({ id }) => ({ name: id, id, options: {} })),
  ...PACKED.map((id) => ({
    name: `${id}, engines`,
    id,
    options: {},
    plan: twoOnOne("tensorrt-llm-engine"),
  })),
  {
    name: "triton-engine, BLS",
    id: "triton-engine",
    options: { tritonMode: "leader", tritonBls: true },
  },
  { name: "triton-engine, leader", id: "triton-engine", options: { tritonMode: "leader" } },
  {
    name: "triton-engine, no spawn",
    id: "triton-engine",
    options: { tritonMode: "orchestrator-no-spawn" },
  },
];

describe.each(CASES)("$name", (each) => {
  const { id, options } = each;
  const plan = each.plan ?? planFor(id);
  const plain = shapesOf(files(withTexts(plan, PLAIN), id, options));
  const other = each.plan === undefined ? OTHERS[id] : undefined;
  const others =
    other === undefined
      ? []
      : [shapesOf(files(withTexts(plan, { ...PLAIN, ...other }), id, options))];

  test("hostile names, paths, hosts and UUIDs change texts, and nothing else; no file leaves the folder", () => {
    expect(plain.length).toBeGreaterThan(2);
    fc.assert(
      fc.property(hostileTexts, (texts) => {
        const written = hostileFiles(plan, texts, each);
        expect([plain, ...others]).toContainEqual(shapesOf(written));
        const paths = written.map(({ path }) => path);
        // not one file for two where upper and lower case are one
        expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
        for (const path of paths) {
          expect(path).toMatch(/^(?!\/)[A-Za-z0-9._@/-]+$/);
          expect(path.split("/").filter((part) => part === ".." || part === ".")).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("the same plan gives the same bytes", () => {
    const again = files(structuredClone(plan), id, options);
    expect(again).toEqual(files(plan, id, options));
    expect(again.length).toBe(plain.length);
  });
});

describe("the shape of a script", () => {
  const shape = (text: string): string => shellShape(text).join("; ");
  const quiet = shape("printf '%s' 'a b' >out # note\n");

  test.each([
    { what: "another text", text: "printf '%s' 'c'\\''d' >out\n", isSame: true },
    { what: "no comment", text: 'printf "%s" x >out\n', isSame: true },
    { what: "a line that goes on", text: "printf '%s' \\\n  x >out\n", isSame: true },
    { what: "one command more", text: "printf '%s' 'a'; touch owned; '' >out\n", isSame: false },
    { what: "an expansion", text: 'printf "%s" "$(touch owned)" >out\n', isSame: false },
    { what: "an old expansion", text: "printf '%s' `touch owned` >out\n", isSame: false },
    { what: "a variable", text: "printf '%s' $HOME >out\n", isSame: false },
    { what: "one word more", text: "printf '%s' a b >out\n", isSame: false },
    { what: "one line more", text: "printf '%s' a >out\nsh\n", isSame: false },
    { what: "another command", text: "print '%s' a >out\n", isSame: false },
    { what: "into a pipe", text: "printf '%s' a >out | sh\n", isSame: false },
  ])("$what: the same is $isSame", ({ text, isSame }) => {
    expect(shape(text) === quiet).toBe(isSame);
  });

  test.each(["echo 'a", 'echo "a', "echo $(a", "echo `a", "cat <<EOF\na\n"])(
    "%j is no script",
    (text) => {
      expect(() => shellShape(text)).toThrow("does not end");
    },
  );
});
