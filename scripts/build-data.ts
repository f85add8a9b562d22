// data/*.json → packages/core/src/catalog/{data,launchers,speed}.gen.ts and the JSON Schemas of documents, checked: every number has a source that is known, no id
// stands twice. The same data gives the same file. Fails with one sentence for each thing that is wrong.
//   tsx scripts/build-data.ts [--data DIR] [--out FOLDER] [--schema FILE]
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { catalogJsonSchema } from "../packages/cli/src/documents/catalog-schema.ts";
import { doctorJsonSchema } from "../packages/cli/src/documents/doctor-schema.ts";
import { launchSchemas } from "../packages/cli/src/documents/launch-schema.ts";
import { renderSchemas } from "../packages/cli/src/documents/render-schema.ts";
import { seriesJsonSchema } from "../packages/cli/src/documents/series-schema.ts";
import { serveJsonSchema } from "../packages/cli/src/documents/serve-schema.ts";
import { statusSchemas } from "../packages/cli/src/documents/status-schema.ts";
import { engineRowSchema } from "../packages/core/src/catalog/engine-schema.ts";
import type { Json, JsonObject, SourceRow } from "../packages/core/src/catalog/rows.ts";
import {
  gpuAliasRowSchema,
  gpuRowSchema,
  launcherRowSchema,
  linkRowSchema,
  loadingRowSchema,
  modelRowSchema,
  sourcesSchema,
  speedLinkRowSchema,
  speedRowSchema,
} from "../packages/core/src/catalog/schema.ts";
import { capacityJsonSchema } from "../packages/core/src/documents/capacity/capacity-schema.ts";
import { whatIfJsonSchema } from "../packages/core/src/documents/changed-fleet/whatif-schema.ts";
import { diffJsonSchema } from "../packages/core/src/documents/diff/diff-schema.ts";
import { estimateJsonSchema } from "../packages/core/src/documents/estimate-schema.ts";
import { explainJsonSchema } from "../packages/core/src/documents/explain-schema.ts";
import { fleetJsonSchema } from "../packages/core/src/documents/fleet-schema.ts";
import { planJsonSchema } from "../packages/core/src/documents/plan-schema.ts";
import { importHfConfig } from "../packages/core/src/importers/hf-config.ts";
import { inventoryJsonSchema } from "../packages/core/src/inventory/inventory-schema.ts";
import { verificationSchemas } from "../packages/core/src/verification/calibrate/read-documents.ts";
import { checkJsonSchema } from "../packages/core/src/verification/check/check-schema.ts";
import { watchJsonSchema } from "../packages/core/src/verification/watch/watch-schema.ts";

interface Schema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly {
            readonly path: readonly PropertyKey[];
            readonly message: string;
          }[];
        };
      };
}

/** Files of others, kept as they are; the row's own source covers them. */
const FOREIGN: ReadonlySet<string> = new Set(["config", "hfQuant"]);

const NOTICE = "// Generated from data/ by scripts/build-data.ts; edit the data, not this file.";

const BASES: ReadonlySet<unknown> = new Set(["stated", "measured", "derived", "assumed"]);

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: join(root, "data") },
    out: { type: "string", default: join(root, "packages/core/src/catalog") },
    schema: { type: "string", default: join(root, "data/schemas/fleet.schema.json") },
  },
});
const problems: string[] = [];

const sources = file("sources.json", sourcesSchema) ?? {};
const gpus = folder("gpus").flatMap((name) => rows(name, gpuRowSchema, (row) => row.id));
const aliases = rows(
  "gpu-aliases.json",
  gpuAliasRowSchema,
  (row) => `${row.printed} ${row.memoryMiB ?? ""}`,
);
const links = rows("links.json", linkRowSchema, (row) => row.id);
const speeds = rows("speed.json", speedRowSchema, (row) => `${row.engine} ${row.architecture}`);
const speedLinks = rows("speed-links.json", speedLinkRowSchema, (row) => row.id);
const loading = rows("loading.json", loadingRowSchema, (row) => row.id);
const engines = folder("engines").flatMap((name) => file(name, engineRowSchema) ?? []);
const models = folder("models").flatMap((name) => file(name, modelRowSchema) ?? []);
const launchers = folder("launchers").flatMap((name) =>
  rows(name, launcherRowSchema, ({ fact, from }) => `${fact} ${from ?? ""}`).map((row) => ({
    launcher: basename(name, ".json"),
    ...row,
  })),
);

unique(
  "gpus",
  gpus.map((row) => row.id),
);
unique(
  "models",
  models.flatMap((row) => [row.id, ...row.aliases]).map((id) => id.toLowerCase()),
);
for (const alias of aliases.filter(({ id }) => !gpus.some((row) => row.id === id))) {
  problems.push(`gpu-aliases.json: ${alias.printed}: there is no GPU ${alias.id}`);
}
for (const row of models) {
  readable(() =>
    importHfConfig({
      id: row.id,
      file: `models: ${row.id}`,
      config: row.config,
      hfQuant: row.hfQuant,
    }),
  );
}

if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(1);
}
writeFileSync(join(options.out, "data.gen.ts"), catalogue());
writeFileSync(join(options.out, "launchers.gen.ts"), launcherFacts());
writeFileSync(join(options.out, "speed.gen.ts"), speedFacts());
mkdirSync(dirname(options.schema), { recursive: true });
writeFileSync(options.schema, `${JSON.stringify(fleetJsonSchema(), undefined, 2)}\n`);
const documents = {
  ...verificationSchemas(),
  ...statusSchemas(),
  ...renderSchemas(),
  ...launchSchemas(),
  "catalog.schema.json": catalogJsonSchema(),
  "estimate.schema.json": estimateJsonSchema(),
  "explain.schema.json": explainJsonSchema(),
  "plan-diff.schema.json": diffJsonSchema(),
  "series.schema.json": seriesJsonSchema(),
  "doctor.schema.json": doctorJsonSchema(),
  "serve.schema.json": serveJsonSchema(),
  "capacity.schema.json": capacityJsonSchema(),
  "check.schema.json": checkJsonSchema(),
  "inventory.schema.json": inventoryJsonSchema(),
  "plan.schema.json": planJsonSchema(),
  "watch.schema.json": watchJsonSchema(),
  "whatif.schema.json": whatIfJsonSchema(),
};
for (const [name, schema] of Object.entries(documents)) {
  writeFileSync(join(dirname(options.schema), name), `${JSON.stringify(schema, undefined, 2)}\n`);
}

/** Names of a folder's JSON files, sorted, so that the order of a disk does not matter. */
function folder(name: string): readonly string[] {
  const path = join(options.data, name);
  return existsSync(path)
    ? readdirSync(path)
        .filter((entry) => entry.endsWith(".json"))
        .sort()
        .map((entry) => `${name}/${entry}`)
    : [];
}

function file<T>(name: string, schema: Schema<T>): T | undefined {
  const value = parsed(name);
  if (value === undefined) {
    return undefined;
  }
  checkSources(name, value);
  return valid(name, value, schema);
}

/** Rows of a file that is one list; each is named by its id in complaints. */
function rows<T>(name: string, schema: Schema<T>, idOf: (row: T) => string): readonly T[] {
  const list = parsed(name) ?? [];
  if (!Array.isArray(list)) {
    problems.push(`${name}: expected a list of rows`);
    return [];
  }
  const found = list.flatMap((value: Json, index) => {
    const place = `${name}: ${labelOf(value) ?? `row ${index + 1}`}`;
    checkSources(place, value);
    return valid(place, value, schema) ?? [];
  });
  unique(name, found.map(idOf));
  return found;
}

function parsed(name: string): Json | undefined {
  const path = join(options.data, name);
  if (!existsSync(path)) {
    problems.push(`${name}: the file is missing`);
    return undefined;
  }
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Json;
  } catch (error) {
    problems.push(`${name}: expected JSON: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function valid<T>(place: string, value: Json, schema: Schema<T>): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  for (const issue of result.error.issues) {
    problems.push(`${place}: ${issue.path.map(String).join(".")}: ${issue.message}`);
  }
  return undefined;
}

function labelOf(row: Json): string | undefined {
  const fields = isObject(row) ? row : {};
  const label = fields["id"] ?? fields["printed"] ?? fields["fact"];
  return typeof label === "string" ? label : undefined;
}

/** Every cell [value, basis, source], and every "source" of an object, names a known source. */
function checkSources(place: string, value: Json): void {
  if (place.startsWith("sources.json")) {
    return;
  }
  if (Array.isArray(value)) {
    if (value.length === 3 && BASES.has(value[1])) {
      checkSource(place, value[2]);
    }
    for (const item of value) {
      checkSources(place, item);
    }
    return;
  }
  if (isObject(value)) {
    checkFields(place, value);
  }
}

function checkFields(place: string, fields: JsonObject): void {
  if ("value" in fields && !("source" in fields)) {
    problems.push(`${place}: a value without a source: ${JSON.stringify(fields).slice(0, 80)}`);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (key === "source" || key === "sources") {
      checkSourceIds(place, field);
    } else if (!FOREIGN.has(key)) {
      checkSources(`${place}: ${key}`, field);
    }
  }
}

function checkSourceIds(place: string, ids: Json): void {
  for (const id of Array.isArray(ids) ? ids : [ids]) {
    checkSource(place, id);
  }
}

function checkSource(place: string, id: Json | undefined): void {
  const known: Readonly<Record<string, SourceRow>> = sources;
  if (typeof id !== "string" || !Object.hasOwn(known, id)) {
    problems.push(`${place}: expected a source of sources.json, got ${JSON.stringify(id)}`);
  }
}

function unique(place: string, ids: readonly string[]): void {
  for (const id of new Set(ids.filter((candidate, index) => ids.indexOf(candidate) !== index))) {
    problems.push(`${place}: ${id}: expected once, stands twice`);
  }
}

function readable(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What only the writers of bundles need, apart, so that a page that plans does not load it. */
function launcherFacts(): string {
  return [NOTICE, "", list("LAUNCHERS", launchers, " as const")].join("\n");
}

function speedFacts(): string {
  return [
    NOTICE,
    'import type { LinkRow, SpeedLinkRow, SpeedRow } from "./rows.ts";',
    "",
    list("SPEEDS: readonly SpeedRow[]", speeds),
    list("SPEED_LINKS: readonly SpeedLinkRow[]", speedLinks),
    list("LINKS: readonly LinkRow[]", links),
  ].join("\n");
}

function catalogue(): string {
  return [
    NOTICE,
    'import type { EngineRow } from "./engine-rows.ts";',
    'import type { GpuAliasRow, GpuRow, LoadingRow, ModelRow, SourceRow } from "./rows.ts";',
    "",
    list("GPUS: readonly GpuRow[]", gpus),
    list("GPU_ALIASES: readonly GpuAliasRow[]", aliases),
    list("LOADING: readonly LoadingRow[]", loading),
    list("MODELS: readonly ModelRow[]", models),
    list("ENGINES: readonly EngineRow[]", engines),
    table("SOURCES: Readonly<Record<string, SourceRow>>", Object.entries(sources)),
  ].join("\n");
}

/** One line a row, so that a changed number is one changed line. */
function list(declaration: string, items: readonly unknown[], assertion = ""): string {
  const lines = items.map((item) => `  ${JSON.stringify(item)},\n`);
  return `export const ${declaration} = [\n${lines.join("")}]${assertion};\n`;
}

function table(declaration: string, entries: readonly (readonly [string, unknown])[]): string {
  const lines = entries.map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`,
  );
  return `export const ${declaration} = {\n${lines.join("")}};\n`;
}
