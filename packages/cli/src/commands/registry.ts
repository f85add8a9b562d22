import type { Command } from "../args/command.ts";

/** Subcommands, each loaded when it is asked for. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  inventory: async () => (await import("./inventory.ts")).inventory,
  estimate: async () => (await import("./estimate.ts")).estimate,
  plan: async () => (await import("./plan.ts")).plan,
  diff: async () => (await import("./diff.ts")).diff,
  explain: async () => (await import("./explain.ts")).explain,
  render: async () => (await import("./render.ts")).render,
  check: async () => (await import("./check.ts")).check,
  launch: async () => (await import("./launch.ts")).launch,
  status: async () => (await import("./status.ts")).status,
  stop: async () => (await import("./stop.ts")).stop,
  watch: async () => (await import("./watch.ts")).watch,
  capacity: async () => (await import("./capacity.ts")).capacity,
  whatif: async () => (await import("./whatif.ts")).whatif,
  verify: async () => (await import("./verify.ts")).verify,
  calibrate: async () => (await import("./calibrate.ts")).calibrate,
  serve: async () => (await import("./serve.ts")).serve,
  catalog: async () => (await import("./catalog.ts")).catalog,
  doctor: async () => (await import("./doctor.ts")).doctor,
  completion: async () => (await import("./completion.ts")).completionOf(allCommands),
};

/** Every subcommand, loaded: for what tells of all of them. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
