import { ALLOWED_LICENCES } from "../licences.mjs";
import { runTool } from "../packed.mjs";

/** The CycloneDX document of what an installed folder holds, as text. Throws where a licence is not allowed. */
export async function listParts(app) {
  const text = await runTool("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], app);
  const { components } = JSON.parse(text);
  const wrong = components.filter((part) => !ALLOWED_LICENCES.has(licenceOf(part)));
  if (wrong.length > 0) {
    const names = wrong.map((part) => `${part.name} ${part.version}: "${licenceOf(part)}"`);
    throw new Error(`licences that are not allowed: ${names.join(", ")}`);
  }
  return text;
}

function licenceOf({ licenses = [] }) {
  return licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name)
    .join(" ");
}
