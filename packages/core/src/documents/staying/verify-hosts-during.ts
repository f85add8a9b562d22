import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import type { PlanHost } from "../plan-host.ts";

/**
 * What is wrong with the hosts of an engine that has just been started, with all that runs at that moment: more power
 * than the budget, files that the disk has no room for, a start that loads through more memory than there is.
 */
export function hostsDuring(
  plan: PlanDocument,
  running: ReadonlyMap<string, PlanDeployment>,
  started: PlanDeployment,
): readonly string[] {
  return plan.hosts.flatMap((host) => {
    const own = new Set(plan.gpus.filter((gpu) => gpu.host === host.name).map(({ id }) => id));
    const here = [...running.values()].filter(({ gpus }) => gpus.some((id) => own.has(id)));
    return here.includes(started) ? problemsOf(host, { own, here, started }) : [];
  });
}

interface Moment {
  readonly own: ReadonlySet<string>;
  readonly here: readonly PlanDeployment[];
  readonly started: PlanDeployment;
}

function problemsOf(
  { name, power, disk, memory }: PlanHost,
  { own, here, started }: Moment,
): readonly string[] {
  const used = new Set(here.flatMap(({ gpus }) => gpus.filter((id) => own.has(id))));
  let drawn = 0;
  for (const id of used) {
    drawn += power?.limitsW[id] ?? 0;
  }
  const held = new Map<string, number>();
  for (const { files, source, quantization, ranks } of here) {
    const weights = ranks.flatMap(({ terms }) => terms).filter(({ id }) => id === "weights");
    const bytes = weights.reduce((sum, term) => sum + term.bytes, 0);
    held.set(files?.id ?? `${source} ${quantization}`, files?.bytes ?? bytes);
  }
  const filed = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  const loaded = started.loading?.bytes ?? 0;
  const checks: readonly (readonly [boolean, string])[] = [
    [power !== undefined && drawn > power.budgetW, `may draw ${drawn} W of ${power?.budgetW}`],
    [disk !== undefined && filed > disk.bytes, `holds files of ${filed} bytes on ${disk?.bytes}`],
    [
      memory !== undefined && loaded > memory.bytes,
      `loads through ${loaded} bytes of ${memory?.bytes}`,
    ],
  ];
  return checks
    .filter(([isWrong]) => isWrong)
    .map(([, problem]) => `${name} ${problem} when ${started.model}#${started.replica} starts`);
}
