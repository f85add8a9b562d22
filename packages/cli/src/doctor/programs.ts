import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Finding } from "./finding.ts";

/** Programs that Berth drives or writes files for, and what each is for. */
const PROGRAMS: readonly { readonly name: string; readonly use: string }[] = [
  { name: "trtllm-serve", use: "berth launch starts TensorRT-LLM's PyTorch backend with it" },
  { name: "tritonserver", use: "berth launch starts Triton with it" },
  { name: "vllm", use: "berth launch starts vLLM with it" },
  { name: "python3", use: "berth launch starts SGLang with it, where SGLang is installed" },
  { name: "llama-server", use: "berth launch starts llama.cpp with it" },
  { name: "mpirun", use: "models over several ranks of a TensorRT engine, or over hosts, need it" },
  { name: "docker", use: "berth launch --target compose needs it, with its compose plugin" },
  { name: "kubectl", use: "berth launch --target kubernetes needs it" },
  { name: "sbatch", use: "berth launch --target slurm needs it" },
  { name: "ssh", use: "--inventory ssh://host needs it" },
  { name: "systemctl", use: "the bundle of --target systemd is installed with it" },
  { name: "haproxy", use: "the endpoint of --router haproxy runs on it" },
  { name: "nginx", use: "the endpoint of --router nginx runs on it" },
  { name: "curl", use: "start scripts wait for their servers with it" },
];

/** Which programs are on the PATH. None is run. */
export function lookForPrograms(path: string): Promise<readonly Finding[]> {
  return Promise.all(
    PROGRAMS.map(async ({ name, use }) => {
      const found = await firstOn(path, name);
      return found === undefined
        ? { id: name, state: "missing" as const, found: "", means: use }
        : { id: name, state: "there" as const, found, means: use };
    }),
  );
}

async function firstOn(path: string, name: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((one) => one !== "")) {
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
