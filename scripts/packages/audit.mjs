import { spawnSync } from "node:child_process";

/** A registry that is asked and says nothing is no reason to wait for a quarter of an hour, as npm else does. */
const PATIENCE = ["--fetch-timeout", "30000", "--fetch-retries", "1"];

/** What npm audit says of an installed folder, as JSON text. */
export function askAudit(folder, options = []) {
  const args = ["audit", "--json", "--omit", "dev", ...PATIENCE, ...options];
  return spawnSync("npm", args, { cwd: folder, encoding: "utf8" }).stdout;
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
