// Writes a bundle into a temporary folder and runs its scripts there, with stand-ins for the
// programs that they start.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import type { Artifact } from "../../packages/core/src/deploy/artifact.ts";
import { renderDeployment } from "../../packages/core/src/deploy/render.ts";
import type { RenderOptions } from "../../packages/core/src/deploy/targets/target.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import type { PlanDocument } from "../../packages/core/src/documents/plan-document.ts";

export interface Bundle {
  readonly folder: string;
  /** Folder that comes first in PATH. */
  readonly programs: string;
  readonly program: (name: string, script: string) => void;
  readonly run: (script: string, environment?: Readonly<Record<string, string>>) => Ran;
  /** Runs a script until it prints `text`, then does `act` with its process id, and waits for its end. */
  readonly runUntil: (text: string, act: (pid: number) => void, run: Running) => Promise<Ran>;
  readonly read: (path: string) => string;
  /** Replaces a file; paths count from `folder`, as those of read do. */
  readonly write: (path: string, text: string) => void;
  readonly remove: () => void;
}

export interface Running {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const open: Bundle[] = [];

/** Removes after each test what it wrote. To be called once in a test file. */
export function removeBundles(): void {
  afterEach(() => {
    for (const bundle of open.splice(0)) {
      bundle.remove();
    }
  });
}

/** The bundle of a plan in a folder; empty where the target refuses the plan. */
export function renderBundle(
  plan: PlanDocument,
  target: TargetId,
  options: RenderOptions = {},
): Bundle {
  const result = renderDeployment(plan, target, options);
  return writeBundle(result.ok ? result.artifacts : []);
}

export function writeBundle(artifacts: readonly Artifact[]): Bundle {
  const folder = mkdtempSync(join(tmpdir(), "berth-bundle-"));
  for (const { path, text, isExecutable } of artifacts) {
    const file = join(folder, "bundle", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: isExecutable ? 0o755 : 0o644 });
  }
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const environmentWith = (own: Readonly<Record<string, string>>): Record<string, string> => ({
    PATH: `${programs}:${process.env["PATH"] ?? ""}`,
    FOLDER: folder,
    ...own,
  });
  const bundle: Bundle = {
    folder,
    programs,
    program: (name, script) =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }),
    run: (script, environment = {}) => {
      const { status, stdout, stderr } = spawnSync(join(folder, "bundle", script), [], {
        encoding: "utf8",
        timeout: 150_000,
        env: environmentWith(environment),
      });
      return { code: status, out: stdout, err: stderr };
    },
    runUntil: (text, act, { script, environment }) =>
      ranUntil(
        text,
        act,
        spawn(join(folder, "bundle", script), [], { env: environmentWith(environment) }),
      ),
    read: (path) => readFileSync(join(folder, path), "utf8"),
    write: (path, text) => writeFileSync(join(folder, path), text),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  open.push(bundle);
  return bundle;
}

function ranUntil(
  text: string,
  act: (pid: number) => void,
  child: ChildProcessWithoutNullStreams,
): Promise<Ran> {
  const ran = { out: "", err: "" };
  child.stderr.on("data", (chunk: Buffer) => {
    ran.err += chunk.toString();
  });
  child.stdout.on("data", (chunk: Buffer) => {
    const isSaid = ran.out.includes(text);
    ran.out += chunk.toString();
    if (!isSaid && ran.out.includes(text)) {
      act(child.pid ?? 0);
    }
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, ...ran }));
  });
}
