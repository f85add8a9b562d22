// The README's two ways from a plan to an answer, as they stand there, on the box without cards.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { tritonHosts } from "../../packages/core/src/deploy/targets/triton-engine/repository.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";
import { BERTH_BIN, ROOT } from "../support/berth-bin.ts";
import { type FakeBox, fakeBox } from "../support/fake-box.ts";
import { freePorts } from "../support/free-ports.ts";
import { testWith } from "../support/tools.ts";
import { berth, folderWith } from "./run-berth.ts";

const README = join(ROOT, "README.md");
/** The router's port in the README, and that of a run after the servers' own. */
const ROUTER_PORT = 4000;
const ROUTER_AFTER = 15;
/** Half a minute at most, and a second on an idle machine. */
const LOOKS = 150;
const LOOK_MS = 200;
const MOST_MS = 120_000;

interface Way {
  readonly name: "triton" | "trtllm-serve";
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
}

const boxes: FakeBox[] = [];
const shells: ChildProcess[] = [];

afterAll(() => {
  // a shell of its own process group has started all of it
  for (const { pid } of shells.splice(0)) {
    if (pid !== undefined) {
      process.kill(-pid, "SIGKILL");
    }
  }
  for (const box of boxes.splice(0)) {
    box.remove();
  }
});

function block(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(
    readFileSync(README, "utf8"),
  );
  return found?.[1] ?? "";
}

/** What the README says that a way's question is answered with. */
function answer(name: string): RegExp {
  return new RegExp(
    `(<!-- asked: ${name} -->\n\`\`\`sh\n[\\s\\S]*?\`\`\`\n\n\`\`\`text\n)([\\s\\S]*?)(\`\`\`)`,
  );
}

/** Runs a block's lines in a shell that goes on with what it started. */
function begin({ folder, env }: Way, script: string): Promise<string> {
  const child = spawn("bash", ["-c", `set -e\n${script}\necho all begun\nwait`], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  shells.push(child);
  let text = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("all begun")) {
          resolve(text);
        }
      });
    }
    child.on("close", () => reject(new Error(text)));
  });
}

/** The README's question, as soon as it is answered. */
async function ask({ name, folder, env, port }: Way): Promise<string> {
  const script = block(`asked: ${name}`).replaceAll(`:${ROUTER_PORT}/`, `:${port + ROUTER_AFTER}/`);
  for (let look = 0; look < LOOKS; look += 1) {
    const text = await new Promise<string>((resolve) => {
      const child = spawn("bash", ["-c", script.replace("curl -s", "curl -fs")], {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "ignore"],
      });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      child.on("close", (code) => resolve(code === 0 ? said : ""));
    });
    if (text !== "") {
      return text;
    }
    await sleep(LOOK_MS);
  }
  throw new Error(`nobody answers: ${script}`);
}

/** UPDATE_README=1 writes it there. */
function expectShown(name: Way["name"], text: string): void {
  const readme = readFileSync(README, "utf8");
  const shown = `${text.trimEnd()}\n`;
  if (process.env["UPDATE_README"] === "1") {
    writeFileSync(
      README,
      readme.replace(
        answer(name),
        (_, before: string, __, after: string) => before + shown + after,
      ),
    );
  } else {
    expect(answer(name).exec(readme)?.[2]).toBe(shown);
  }
}

/** The box of an example's plan, with a `berth` whose bundles have ports and folders of this run. */
async function wayOf(name: Way["name"], plan: PlanDocument): Promise<Way> {
  const box = fakeBox(plan);
  boxes.push(box);
  const port = await freePorts();
  const folder = folderWith({
    "bin/pip": "#!/bin/sh\n",
    "bin/berth": `#!/bin/sh\nexec ${process.execPath} ${BERTH_BIN} "$@"\n`,
    "templates/preprocessing/1/model.py": "",
    "templates/postprocessing/1/model.py": "",
  });
  writeFileSync(
    join(folder, "berth"),
    `#!/bin/sh\nif [ "$1" = render ]; then set -- "$@" --first-port ${port} --engines-folder "${folder}/engines"; fi\nexec berth "$@"\n`,
    { mode: 0o755 },
  );
  symlinkSync(join(ROOT, "examples"), join(folder, "examples"));
  const env = {
    ...box.environment,
    PATH: `${join(folder, "bin")}:${box.environment["PATH"] ?? ""}`,
    BERTH_ROUTER_PORT: String(port + ROUTER_AFTER),
    BERTH_TEMPLATES: join(folder, "templates"),
    NO_COLOR: "1",
  };
  return { name, folder, env, port };
}

async function planOf(example: string): Promise<PlanDocument> {
  const { stdout } = await berth(["plan", `examples/${example}.yaml`, "--json"]);
  return JSON.parse(stdout) as PlanDocument;
}

/** Built engines and their checkpoints, each engine with the source that the box knows its numbers by. */
function build(plan: PlanDocument, enginesFolder: string): void {
  for (const { builds } of tritonHosts(plan, { enginesFolder })) {
    for (const { checkpointFolder, engineFolder, deployment } of builds) {
      for (const folder of [checkpointFolder, engineFolder]) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "config.json"), JSON.stringify({ source: deployment.source }));
      }
    }
  }
}

test(
  "Triton: from the plan to a chat through the router",
  async () => {
    const plan = await planOf("four-on-one");
    const way = await wayOf("triton", plan);
    build(plan, join(way.folder, "engines"));
    await begin(way, block("way: triton"));
    expectShown("triton", await ask(way));
  },
  MOST_MS,
);

testWith("haproxy", "trtllm-serve: from the plan to a stream through HAProxy", async () => {
  const plan = await planOf("mixed-fleet");
  const way = await wayOf("trtllm-serve", plan);
  writeFileSync(join(way.folder, "plan.json"), JSON.stringify(plan));
  const rendered = await berth(
    [
      ...["render", "plan.json", "--router", "haproxy", "--alias", "gpt-4o=llama-8b"],
      ...["--out", ".", "--force", "--first-port", String(way.port)],
    ],
    { cwd: way.folder, env: way.env },
  );
  expect(rendered.stderr).toContain("wrote");
  // only the server that is asked: test/launch starts all of a plan one after the other
  const script = block("way: trtllm-serve");
  expect(script).toContain("./start-all.sh &");
  await begin(way, script.replace("./start-all.sh &", "./start/llama-8b-r0.sh &"));
  expectShown("trtllm-serve", await ask(way));
});

test(
  "Triton's OpenAI frontend answers by itself where one tokenizer serves all, completions too",
  async () => {
    const fleet = folderWith({ "fleet.yaml": ONE_TOKENIZER });
    const planned = await berth(["plan", "fleet.yaml", "--json"], { cwd: fleet });
    const plan = JSON.parse(planned.stdout) as PlanDocument;
    const way = await wayOf("triton", plan);
    build(plan, join(way.folder, "engines"));
    writeFileSync(join(way.folder, "plan.json"), planned.stdout);
    writeFileSync(join(way.folder, "main.py"), "");
    await berth(
      [
        ...["render", "plan.json", "--out", "out", "--first-port", String(way.port)],
        ...["--engines-folder", join(way.folder, "engines")],
      ],
      { cwd: way.folder },
    );
    const openai = way.port + ROUTER_AFTER;
    await begin(
      { ...way, env: { ...way.env, BERTH_OPENAI_FRONTEND: way.folder } },
      `cd out\nsed -i 's/--openai-port 9000/--openai-port ${openai}/' start-openai.sh\n./fetch-templates.sh\n./start-openai.sh &\n./load-models.sh`,
    );
    for (const [page, question] of [
      ["chat/completions", { messages: [{ role: "user", content: "Ahoy?" }] }],
      ["completions", { prompt: "Ahoy?" }],
    ] as const) {
      const answered = await fetch(`http://127.0.0.1:${openai}/v1/${page}`, {
        method: "POST",
        body: JSON.stringify({ model: "second", ...question }),
      });
      expect(await answered.text()).toContain("second was asked: Ahoy?");
    }
  },
  MOST_MS,
);

const ONE_TOKENIZER = `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 1 }] }]
engine: tensorrt-llm-engine
policy: { reserve: 1 GiB }
models:
  - { name: first, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 2 } }
  - { name: second, model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2k, concurrency: { least: 1, want: 3 } }
`;
