// pnpm licences [--write]: the licences of all dependencies, checked; --write makes docs/dependencies.md anew.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Licences that what users install may have, as SPDX names them. */
const ALLOWED_LICENCES = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "0BSD",
  "BlueOak-1.0.0",
]);

/** Beside those, of what only builds, tests and documents Berth. */
const ALLOWED_IN_TOOLS = new Set([
  ...ALLOWED_LICENCES,
  "CC0-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
]);

/** What the licence file says of packages whose package.json says nothing that SPDX knows. */
const READ_FROM_FILE = {
  "@react-aria/optimize-locales-plugin": "Apache-2.0",
  spawndamnit: "MIT",
  speakingurl: "BSD-3-Clause",
};

/** Parts that users may not be given. */
export function notAllowed(parts) {
  return notIn(parts, ALLOWED_LICENCES);
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE = join(ROOT, "docs/dependencies.md");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main();
}

function main() {
  const installed = partsOf("--prod");
  const inPage = pagePartsOf(join(ROOT, "packages/web"));
  const isGiven = ({ name, version }) =>
    [...installed, ...inPage].some((part) => part.name === name && part.version === version);
  const tools = partsOf("--dev").filter((part) => !isGiven(part));
  const wrong = [...notAllowed([...installed, ...inPage]), ...notIn(tools, ALLOWED_IN_TOOLS)];
  for (const { name, version, licence } of wrong) {
    process.stderr.write(`licences: ${name} ${version} has "${licence}", which is not allowed\n`);
  }
  process.exitCode = wrong.length > 0 ? 1 : 0;
  const page = pageOf(installed, inPage, tools);
  if (process.argv.includes("--write")) {
    writeFileSync(PAGE, page);
  } else if (readFileSync(PAGE, "utf8") !== page) {
    process.stderr.write(
      "licences: docs/dependencies.md is not up to date; pnpm licences --write\n",
    );
    process.exitCode = 1;
  }
}

/** The packages whose code is in the built page of a folder of @berth/web. */
export function pagePartsOf(folder) {
  const file = join(folder, "dist/.vite/parts.json");
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: expected what pnpm build:web writes, got ${error.message}`);
  }
}

function partsOf(which) {
  const { stdout, status, stderr } = spawnSync(
    "npx",
    [
      "--yes",
      JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager,
      ...["licenses", "list", "--recursive", which, "--json"],
    ],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (status !== 0) {
    throw new Error(`pnpm licenses list: ${stderr}`);
  }
  return Object.entries(JSON.parse(stdout))
    .flatMap(([licence, parts]) =>
      parts.flatMap(({ name, versions }) =>
        versions.map((version) => ({
          name,
          version,
          licence: READ_FROM_FILE[name] ?? licence.replace(/^\((.*)\)$/, "$1"),
        })),
      ),
    )
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** "MIT OR WTFPL" is allowed where one of its choices is; "MIT AND ISC" where both are. */
function notIn(parts, allowed) {
  return parts.filter(
    ({ licence }) =>
      !licence
        .split(" OR ")
        .some((choice) => choice.split(" AND ").every((one) => allowed.has(one.trim()))),
  );
}

function pageOf(installed, inPage, tools) {
  return `# Dependencies

Every package that Berth is made with, and its licence. What users install is MIT, Apache, BSD or ISC, and so is what the web page has in it; \`pnpm licences\` checks
it, and CI runs that. The same list with sums is the SBOM that \`pnpm check:packages\` writes.

## What users install

${tableOf(installed)}

## What the web page has in it

The page comes built: code of these packages is in its files, and \`third-party-notices.txt\` beside them has their licences word for word.

${tableOf(inPage)}

## What builds, tests and documents it

${tableOf(tools)}
`;
}

function tableOf(parts) {
  const rows = parts.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return ["| package | version | licence |", "| --- | --- | --- |", ...rows].join("\n");
}
