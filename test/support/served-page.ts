import { type ChildProcess, spawn } from "node:child_process";
import { BERTH_BIN } from "./berth-bin.ts";

/** `berth serve` in a folder, and the address that it prints. */
export function serveFleet(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [BERTH_BIN, "serve", ...args, "--json"], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      resolve({ child, url: (JSON.parse(chunk.toString()) as { url: string }).url });
    });
    child.on("close", () => reject(new Error(said)));
  });
}
