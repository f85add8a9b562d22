import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { notAllowed, pagePartsOf } from "../licences.mjs";
import { runTool } from "../packed.mjs";

/** As users name what they install. */
const PACKAGES = ["@berth/cli", "@berth/core", "@berth/web", "nvidia-smi-parser"];

/**
 * The CycloneDX document of what an installed folder holds, as text; what the web page was made of stands inside that package's own
 * entry, for npm sees only what is installed beside. Throws where a licence is not allowed.
 */
export async function listParts(app) {
  const text = await runTool("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], app);
  const sbom = JSON.parse(text);
  lookForTexts(app);
  const page = sbom.components.find(({ name }) => name === "@berth/web");
  page.components = pagePartsOf(join(app, "node_modules/@berth/web")).map((part) =>
    componentOf(part, page),
  );
  const parts = [...sbom.components, ...page.components].map((part) => ({
    name: part.name,
    version: part.version,
    licence: licenceOf(part),
  }));
  const wrong = notAllowed(parts);
  if (wrong.length > 0) {
    const names = wrong.map(({ name, version, licence }) => `${name} ${version}: "${licence}"`);
    throw new Error(`licences that are not allowed: ${names.join(", ")}`);
  }
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

/** Our own licence comes with each package, and others' with the page that has their code in it. */
function lookForTexts(app) {
  for (const name of PACKAGES) {
    for (const file of ["LICENSE", "README.md"]) {
      if (!existsSync(join(app, "node_modules", name, file))) {
        throw new Error(`${name}: expected a ${file} in the package, got none`);
      }
    }
  }
  const page = join(app, "node_modules/@berth/web");
  const notices = readFileSync(join(page, "dist/third-party-notices.txt"), "utf8");
  for (const { name, version } of pagePartsOf(page)) {
    if (!notices.includes(`\n${name} ${version}, `)) {
      throw new Error(`@berth/web: third-party-notices.txt says nothing of ${name} ${version}`);
    }
  }
}

function componentOf({ name, version, licence }, page) {
  return {
    "bom-ref": `${page["bom-ref"]}/${name}@${version}`,
    type: "library",
    name,
    version,
    scope: "required",
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licenses: [{ license: { id: licence } }],
  };
}

function licenceOf({ licenses = [] }) {
  return licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name)
    .join(" ");
}
