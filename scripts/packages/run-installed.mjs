// What a stranger does first with the packages, in the folder in which they are installed.
import { spawn } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../packed.mjs";

/** Weights of 1,235,814,400 parameters in 16 bits, and their table of angles. */
export const ANSWER = /^\[24\d{8},"function"\]$/;

const USE = `import { estimate, importPreset } from "@berth/core";
import { parseNvidiaSmi } from "nvidia-smi-parser";
const { ranks } = estimate({ gpu: "rtx-4090" }, importPreset("meta-llama/Llama-3.2-1B"));
export const answer = [ranks[0].terms.find(({ id }) => id === "weights").bytes, typeof parseNvidiaSmi];
`;

/** Files of a user's own beside the packages: a module that uses them, one that prints, the examples, and the README's script. */
export function writeUse(app, root) {
  cpSync(join(root, "examples"), join(app, "examples"), { recursive: true });
  writeFileSync(join(app, "use.js"), USE);
  const print = 'import { answer } from "./use.js";\nconsole.log(JSON.stringify(answer));\n';
  writeFileSync(join(app, "print.js"), print);
  writeFileSync(join(app, "readme.js"), readmeOf(app).script);
}

/** Runs all that with one Node. Throws at what is not as it should be. */
export async function runOn(node, app) {
  expectMatch("print.js", (await runTool(node, ["print.js"], app)).trim(), ANSWER);
  const { shown } = readmeOf(app);
  const printed = await runTool(node, ["readme.js"], app);
  if (printed !== shown) {
    throw new Error(`README.md of @berth/core: expected\n${shown}got\n${printed}`);
  }
  await runCommands(berthIn(node, app), app);
  await servePage(node, app);
}

/** Every command's help, with an example, and what each shell is given to complete words with. */
export async function readHelp(node, app) {
  const berth = berthIn(node, app);
  const help = await berth("--help");
  const commands = [...help.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
  expectMatch("berth --help", commands.join(" "), /\bplan\b.*\bserve\b.*\bdoctor\b/);
  for (const command of commands) {
    expectMatch(`berth ${command} --help`, await berth(command, "--help"), /EXAMPLES\n\n {2}\S/);
  }
  for (const shell of ["bash", "zsh", "fish"]) {
    expectMatch(`berth completion ${shell}`, await berth("completion", shell), /\bplan\b/);
  }
}

async function runCommands(berth, app) {
  const { version } = JSON.parse(
    readFileSync(join(app, "node_modules/@berth/cli/package.json"), "utf8"),
  );
  expectMatch("berth --version", await berth("--version"), new RegExp(`^${version}\n$`));
  const plan = JSON.parse(await berth("plan", "examples/four-on-one.yaml", "--json"));
  expectMatch("berth plan", plan.status, /^optimal$/);
  expectMatch("berth doctor", await berth("doctor"), /Node\.js +there/);
}

/** The page comes from the tarball, with its scripts. */
async function servePage(node, app) {
  const child = spawn(node, [binOf(app), "serve", "--port", "0", "--json"], { cwd: app });
  try {
    const { url } = JSON.parse(await firstWords(child));
    const page = await (await fetch(url)).text();
    const [, script] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? [];
    const { status } = await fetch(new URL(String(script), url));
    expectMatch(`berth serve, its page's script ${script}`, String(status), /^200$/);
  } finally {
    child.kill();
  }
}

/** What a program prints first on standard output. Throws with what it said where it ends before. */
function firstWords(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.stdout.once("data", (chunk) => resolve(String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`berth serve: exit code ${code}\n${said}`)));
  });
}

/** The example of a package's README, and what it shows below it. */
function readmeOf(app) {
  const text = readFileSync(join(app, "node_modules/@berth/core/README.md"), "utf8");
  const [, script, shown] = /```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(text) ?? [];
  return { script, shown };
}

function berthIn(node, app) {
  return (...args) => runTool(node, [binOf(app), ...args], app);
}

function binOf(app) {
  return join(app, "node_modules/@berth/cli/dist/bin.js");
}

function expectMatch(what, got, pattern) {
  if (!pattern.test(got)) {
    throw new Error(`${what}: expected ${pattern}, got ${got}`);
  }
}
