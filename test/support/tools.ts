// Programs of the system that some tests need. `.ci/run` installs them; on CI a test fails where one
// is missing, elsewhere it is skipped, and the report says for what.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "vitest";

const isCi = process.env["CI"] !== undefined && process.env["CI"] !== "";

/** True where the program starts and ends with 0. */
function hasProgram(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).status === 0;
}

const NJS = [
  "/usr/lib/nginx/modules/ngx_http_js_module.so",
  "/etc/nginx/modules/ngx_http_js_module.so",
];

/** Debian's Chromium; another one where the variable says so. */
export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const TOOLS = {
  chromium: () => existsSync(CHROMIUM),
  "docker-compose": () => hasProgram("docker-compose", "version"),
  fish: () => hasProgram("fish", "--version"),
  haproxy: () => hasProgram("haproxy", "-v"),
  kubectl: () => hasProgram("kubectl", "version", "--client"),
  mandoc: () => spawnSync("mandoc", ["-h"]).error === undefined,
  "nginx with njs": () => hasProgram("nginx", "-v") && NJS.some((path) => existsSync(path)),
  protoc: () => hasProgram("protoc", "--version"),
  shellcheck: () => hasProgram("shellcheck", "--version"),
  "systemd-analyze": () => hasProgram("systemd-analyze", "--version"),
  zsh: () => hasProgram("zsh", "--version"),
} as const;

export type Tool = keyof typeof TOOLS;

/** A group of tests that needs a tool: one failure on CI where it is missing, one skip elsewhere. */
export function describeWith(tool: Tool, name: string, body: () => void): void {
  if (TOOLS[tool]()) {
    describe(name, body);
  } else {
    missing(tool, name);
  }
}

/** One test that needs a tool. */
export function testWith(tool: Tool, name: string, body: () => void | Promise<void>): void {
  if (TOOLS[tool]()) {
    test(name, body);
  } else {
    missing(tool, name);
  }
}

function missing(tool: Tool, name: string): void {
  test.skipIf(!isCi)(`${name}: ${tool} is not installed`, () => {
    throw new Error(`${tool} is not installed; .ci/run lists what the tests need`);
  });
}
