import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ONE_MODEL_FLEET } from "../cli/fixtures.ts";
import { berth, folderWith, oneSentence } from "../cli/run-berth.ts";
import { BERTH_BIN } from "../support/berth-bin.ts";
import { schemaProblems } from "../support/schema-problems.ts";
import { PAGE } from "../support/served.ts";

const folder = folderWith({
  "web/csp.json": PAGE["csp.json"] ?? "",
  "web/dist/index.html": PAGE["page/index.html"] ?? "",
  "unbuilt/csp.json": "{}",
  "work/fleet.yaml": ONE_MODEL_FLEET,
  "work/sub/other.yaml": ONE_MODEL_FLEET,
  "work/broken.json": '{"schema": "berth/plan@1"}',
  "outside.yaml": ONE_MODEL_FLEET,
});
const cwd = join(folder, "work");
const env = { BERTH_PAGE: join(folder, "web") };

let running: ChildProcess | undefined;
afterEach(() => {
  running?.kill("SIGKILL");
  running = undefined;
});

interface Started {
  readonly child: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string }>;
}

/** berth serve, once it has said where it is. */
function serve(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [BERTH_BIN, "serve", ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  running = child;
  let stdout = "";
  let stderr = "";
  const ended = new Promise<{ code: number | null; stdout: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout }));
  });
  return new Promise((resolve, reject) => {
    // either pipe may be read before the other
    const look = (): void => {
      if (stderr.includes("Ctrl-C") && stdout.endsWith("\n")) {
        resolve({ child, stdout, stderr, ended });
      }
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      look();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      look();
    });
    child.on("close", () => reject(new Error(stderr)));
  });
}

test("--json prints one document with the URL; Ctrl-C ends it with 0, whoever is connected", async () => {
  const { child, stdout, ended } = await serve(["sub/other.yaml", "--port", "0", "--json"]);
  expect(schemaProblems("serve", JSON.parse(stdout))).toEqual([]);
  const { schema, url, port } = JSON.parse(stdout);
  expect([schema, url]).toEqual([
    "berth/serve@1",
    expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#token=[\\w-]{43}$`)),
  ]);
  const headers = { authorization: `Bearer ${new URL(url).hash.slice("#token=".length)}` };
  const page = await fetch(url);
  expect(await page.text()).toBe(PAGE["page/index.html"]);
  const session = await fetch(new URL("/api/session", url), { headers });
  expect(await session.json()).toMatchObject({ fleetFile: { name: "sub/other.yaml" } });
  const events = await fetch(new URL("/api/inventory", url), { headers });
  expect(events.headers.get("content-type")).toBe("text/event-stream");
  child.kill("SIGINT");
  expect(await ended).toEqual({ code: 0, stdout });
});

test("people get the URL alone; a usual port that is taken is left to whom it belongs", async () => {
  const first = await serve(["--port", "0"]);
  const second = await serve([]);
  for (const { stdout, stderr } of [first, second]) {
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/);
    expect(stderr).toBe("berth: open this address in a browser; Ctrl-C ends it\n");
  }
  first.child.kill();
  expect((await first.ended).code).toBe(0);
});

test("beyond this machine it listens with a loud sentence only", async () => {
  const { stderr } = await serve(["--host", "0.0.0.0", "--port", "0"]);
  expect(stderr).toMatch(/^berth: CAREFUL: other machines reach this \(0\.0\.0\.0\)/);
});

test("a port that is taken is said", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const run = await berth(["serve", "--port", String(port)], { cwd, env });
  server.close();
  expect(run.code).toBe(2);
  expect(oneSentence(run)).toBe(
    `--port: ${port} is in use on 127.0.0.1; give another, or 0 for any that is free`,
  );
});

test.each([
  { args: ["nowhere.yaml"], code: 2, says: /^nowhere\.yaml: no such file$/ },
  { args: ["../outside.yaml"], code: 2, says: /^\.\.\/outside\.yaml: leads out of the folder/ },
  { args: ["broken.json"], code: 2, says: /^broken\.json: status: is missing/ },
  { args: ["--port", "70000"], code: 2, says: /^--port: expected at most 65535, got 70000$/ },
  {
    args: ["--host", "192.0.2.1", "--port", "0"],
    code: 2,
    says: /^--host: expected an address of this machine, got 192\.0\.2\.1/,
  },
  { args: ["--inventory", "-"], code: 2, says: /^--inventory: expected what can be asked again/ },
])("serve $args: $code", async ({ args, code, says }) => {
  const run = await berth(["serve", ...args], { cwd, env });
  expect(run.code).toBe(code);
  expect(oneSentence(run)).toMatch(says);
});

test("a page that is not built is said, with what builds it", async () => {
  const run = await berth(["serve"], { cwd, env: { BERTH_PAGE: join(folder, "unbuilt") } });
  expect(run.code).toBe(3);
  expect(oneSentence(run)).toBe(
    "the page is not built: run npm run build:web in Berth's folder first",
  );
});
