import { execFile } from "node:child_process";
import { join } from "node:path";
import { pagePartsOf } from "../licences.mjs";
import { installPacked, MOST_PRINTED } from "../packed.mjs";

/** A registry that is asked and says nothing is no reason to wait for a quarter of an hour, as npm else does. */
const PATIENCE = ["--fetch-timeout", "30000", "--fetch-retries", "1"];

/**
 * What npm audit says of the tarballs with all that they need, and of what the web page was made of, as JSON text. Nothing is
 * installed: npm works out what would be, in `folder`.
 */
export async function askAudit(tarballs, app, folder) {
  const inPage = pagePartsOf(join(app, "node_modules/@berth/web"));
  const others = inPage.map(({ name, version }, i) => `in-page-${i}@npm:${name}@${version}`);
  await installPacked(tarballs, folder, ["--package-lock-only", ...others]);
  const args = ["audit", "--json", "--omit", "dev", ...PATIENCE];
  // ends with 1 where there are findings, of whatever weight
  return new Promise((resolve) => {
    execFile("npm", args, { cwd: folder, maxBuffer: MOST_PRINTED }, (_, stdout) => resolve(stdout));
  });
}

/**
 * What an audit comes to, as a sentence: that nobody answered, for not every registry answers this question, or that nothing of
 * weight was found. Throws with the names of what has a high or critical finding.
 */
export function judgeAudit(text) {
  const { metadata, message, vulnerabilities = {} } = jsonOf(text);
  if (metadata === undefined) {
    return `??  npm audit was not answered by this registry (${message ?? "no answer"}): nobody has looked for known vulnerabilities; before a release, ask a registry that answers`;
  }
  const bad = Object.values(vulnerabilities).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  if (bad.length > 0) {
    const names = bad.map(({ name, severity }) => `${name}: ${severity}`);
    throw new Error(`npm audit found ${names.join(", ")}`);
  }
  return `ok  npm audit knows of no high finding among ${metadata.dependencies.total} packages`;
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
