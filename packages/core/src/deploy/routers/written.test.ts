// What routers write, read back with each format's own parser, whatever the names are.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import { HOSTILE_NAMES } from "../../../../../test/support/hostile-names.ts";
import { endpointOf } from "../../../../../test/support/routed.ts";
import { writeBundle } from "../../../../../test/support/run-bundle.ts";
import { testWith } from "../../../../../test/support/tools.ts";
import { listRouters } from "./registry.ts";
import { renderRouter } from "./render-router.ts";
import type { RouterChoice } from "./router-choice.ts";

const SHELLCHECK = "shellcheck";

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const validators = new Map(
  ["litellm", "llama-swap", "envoy-ai-gateway"].map((id) => {
    const schema = readFileSync(
      new URL(`../../../../../test/schemas/${id}.schema.json`, import.meta.url),
      "utf8",
    );
    return [id, ajv.compile(JSON.parse(schema))];
  }),
);

function problems(id: string, document: unknown): unknown {
  const validate = validators.get(id);
  return validate?.(document) === true ? [] : (validate?.errors ?? ["no schema"]);
}

const plan = twelveCards("tensorrt-llm");

/** The files of a router for models of these names, a server each; none where it refuses them. */
function files(
  names: readonly string[],
  choice: RouterChoice,
  host: (at: number) => string = () => "box1",
): ReadonlyMap<string, string> {
  const endpoints = names.map((model, at) =>
    endpointOf({ model, server: { port: 8000 + at }, host: host(at), takesAnyName: false }),
  );
  const result = renderRouter(plan, endpoints, choice);
  return new Map(result.ok ? result.artifacts.map(({ path, text }) => [path, text]) : []);
}

const name = fc
  .oneof(
    fc.constantFrom(...HOSTILE_NAMES),
    fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...`'"\\$\`{}[]()%#:;,&*!?|<>@=- \n\t~^a`), minLength: 1 }),
  )
  .map((text) => text.replace(/\0|\p{Surrogate}/gu, "x"))
  .filter((text) => text !== "");
const names = fc.uniqueArray(name, { minLength: 2, maxLength: 5 });

describe("whatever the names are", () => {
  test("LiteLLM's configuration holds each of them, and nothing else", () => {
    fc.assert(
      fc.property(names, ([alias = "", ...models]) => {
        const choice = {
          id: "litellm",
          aliases: [{ name: alias, model: models[0] ?? "" }],
        } as const;
        const all = files(models, choice);
        fc.pre(all.size > 0);
        const config = parse(all.get("router/config.yaml") ?? "");
        expect(problems("litellm", config)).toEqual([]);
        const read = config.model_list as readonly {
          readonly model_name: string;
          readonly litellm_params: { readonly model: string };
        }[];
        expect(read.map(({ model_name }) => model_name)).toEqual(models);
        expect(read.map(({ litellm_params }) => litellm_params.model)).toEqual(
          models.map((model) => `openai/${model}`),
        );
        expect(Object.entries(config.router_settings.model_group_alias)).toEqual([
          [alias, models[0]],
        ]);
      }),
    );
  });

  test("llama-swap's configuration holds each of them, and nothing else", () => {
    fc.assert(
      fc.property(names, ([alias = "", ...models]) => {
        const choice = {
          id: "llama-swap",
          aliases: [{ name: alias, model: models[0] ?? "" }],
        } as const;
        const all = files(models, choice);
        fc.pre(all.size > 0);
        const config = parse(all.get("router/config.yaml") ?? "");
        expect(problems("llama-swap", config)).toEqual([]);
        expect(new Set(Object.keys(config.models))).toEqual(new Set(models));
        expect(config.models[models[0] ?? ""].aliases).toEqual([alias]);
        expect(config.hooks.on_startup.preload).toEqual(models);
      }),
    );
  });

  test("Envoy's resources match each of them exactly, and nothing else", () => {
    fc.assert(
      fc.property(names, (models) => {
        const all = files(models, { id: "envoy-ai-gateway" });
        fc.pre(all.size > 0);
        const text = (all.get("router/gateway.yaml.in") ?? "").replace("@LISTEN_PORT@", "4000");
        const resources = parseAllDocuments(text).map((document) => document.toJS());
        expect(resources.flatMap((each) => problems("envoy-ai-gateway", each))).toEqual([]);
        const rules = resources.find(({ kind }) => kind === "AIGatewayRoute").spec
          .rules as readonly {
          readonly matches: readonly { readonly headers: readonly { readonly value: string }[] }[];
        }[];
        expect(rules.map(({ matches }) => matches[0]?.headers[0]?.value)).toEqual(models);
      }),
    );
  });

  test("nginx's table of names is one JavaScript literal with each of them", () => {
    fc.assert(
      fc.property(names, (models) => {
        const text = files(models, { id: "nginx" }).get("router/routes.js") ?? "";
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        const literal =
          /^const routes = ([\s\S]*?);\nconst list = ([\s\S]*?);\nexport default [{] routes, list [}];\n$/.exec(
            text,
          );
        const routes = JSON.parse(literal?.[1] ?? "") as readonly {
          readonly names: readonly string[];
        }[];
        expect(routes.flatMap((each) => each.names)).toEqual(models);
      }),
    );
  });

  test("scripts are shell, comments stay comments, and no path leaves the folder", () => {
    fc.assert(
      fc.property(names, (models) => {
        for (const { id } of listRouters()) {
          const all = files(models, { id }, (at) => models[at] ?? "");
          for (const path of all.keys()) {
            expect(path).toMatch(/^router\/[A-Za-z.-]+$/);
          }
          const script = all.get("router/start.sh") ?? "";
          expect(spawnSync("sh", ["-n"], { input: script }).status).toBe(0);
          const lines = script.split("\n").filter((line) => !line.startsWith("#"));
          expect(lines.join("\n")).not.toMatch(/^(touch|exec sh)/m);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe.each(listRouters())("$id", ({ id }) => {
  const two = (at: number): string => (at === 0 ? "box1" : "other box");
  const bundles = [files(["a", "b"], { id }), files(["a", "b"], { id }, two)];

  testWith("shellcheck", "shellcheck has nothing to say on its script", () => {
    for (const script of bundles.flatMap((each) => each.get("router/start.sh") ?? [])) {
      const ran = spawnSync(SHELLCHECK, ["-"], { input: script, encoding: "utf8" });
      expect(ran).toMatchObject({ status: 0, stdout: "" });
    }
  });

  test("the same servers give the same bytes", () => {
    expect(files(["a", "b"], { id })).toEqual(bundles[0]);
  });

  test("nothing secret is in it", () => {
    for (const text of bundles.flatMap((each) => [...each.values()])) {
      expect(text).not.toMatch(/sk-[A-Za-z0-9]/);
    }
  });
});

test("Envoy gets a second route where one has no room for more rules", () => {
  const models = Array.from({ length: 16 }, (_, at) => `m${at}`);
  const text = files(models, { id: "envoy-ai-gateway" }).get("router/gateway.yaml.in") ?? "";
  const routes = parseAllDocuments(text.replace("@LISTEN_PORT@", "4000"))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind === "AIGatewayRoute");
  expect(routes.map(({ metadata, spec }) => [metadata.name, spec.rules.length])).toEqual([
    ["berth", 15],
    ["berth-2", 1],
  ]);
});

describe("Envoy's key", () => {
  const written = files(["m"], { id: "envoy-ai-gateway" });
  const bundle = writeBundle(
    [...written].map(([path, text]) => ({ path, text, isExecutable: path.endsWith(".sh") })),
  );
  afterAll(bundle.remove);

  function start(
    word: string,
    key: string,
  ): { readonly status: number | null; readonly out: string } {
    bundle.program("aigw", "printf 'runs\\n'");
    const ran = spawnSync("sh", [join(bundle.folder, "bundle/router/start.sh"), word], {
      encoding: "utf8",
      env: { PATH: `${bundle.programs}:/usr/bin:/bin`, BERTH_ROUTER_KEY: key },
    });
    return { status: ran.status, out: ran.stdout };
  }

  test("is asked for by a policy that names a Secret, which is not in the bundle", () => {
    const policy = parse(written.get("router/key.yaml") ?? "");
    expect(problems("envoy-ai-gateway", policy)).toEqual([]);
    expect(policy.spec.apiKeyAuth.credentialRefs).toEqual([
      { group: "", kind: "Secret", name: "berth-router-keys" },
    ]);
    expect([...written.values()].join("\n")).not.toMatch(/^kind: Secret$/m);
  });

  test("goes with the resources for a cluster where one is set, and stands in no file", () => {
    const { out } = start("check", "geheim");
    expect(out).toMatch(/^kind: SecurityPolicy$/m);
    expect(out).not.toContain("geheim");
    const kinds = parseAllDocuments(out).map((document) => document.toJS().kind);
    expect(kinds.filter((kind) => kind === "Gateway")).toHaveLength(1);
    expect(start("check", "").out).not.toContain("SecurityPolicy");
  });

  test("keeps aigw from an endpoint that would ask for none", () => {
    expect(start("", "geheim")).toEqual({ status: 2, out: "" });
    expect(start("", "")).toEqual({ status: 0, out: "runs\n" });
  });
});
