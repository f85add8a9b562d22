import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";
import type { LogFinding } from "../logs/log-document.ts";
import { InputError } from "../report/errors.ts";
import { isSame, namedIn, nameOf } from "./engine-name.ts";
import type { NamedLog } from "./measurements.ts";

/** A log with what it says of one engine of the plan. */
export interface MatchedLog {
  readonly log: NamedLog;
  readonly deployment: PlanDeployment;
  readonly findings: readonly LogFinding[];
}

/**
 * Whose log it is: as the user says, by Triton's names of the models in it, or by engine and then by the file's name and
 * the model that the engine says it loads. Throws an InputError where several engines are left, or none.
 */
export function matchLogs(plan: PlanDocument, logs: readonly NamedLog[]): readonly MatchedLog[] {
  const matched = logs.flatMap((log) => matchLog(plan, log));
  for (const [i, { log, deployment }] of matched.entries()) {
    const other = matched.slice(0, i).find((before) => isSame(before.deployment, deployment));
    if (other !== undefined) {
      throw new InputError(
        { file: log.name },
        `expected one log an engine, got ${other.log.name} for ${nameOf(deployment)} too`,
      );
    }
  }
  return matched;
}

function matchLog(plan: PlanDocument, log: NamedLog): readonly MatchedLog[] {
  const { of, report, name } = log;
  refuseUnread(log);
  const named = of === undefined ? undefined : plan.deployments.find((one) => isSame(one, of));
  const sections = of === undefined ? sectionsOf(plan, log) : [];
  if (sections.length > 0) {
    return sections;
  }
  const deployment = named ?? onlyOne(plan, log);
  if (report.findings.length > 0 && !report.engines.includes(deployment.engine.id)) {
    throw new InputError(
      { file: name },
      `expected a log of ${deployment.engine.id} for ${nameOf(deployment)}, got one of ${report.engines.join(" or ")}`,
    );
  }
  const findings = report.findings.filter((finding) => isOf(plan, deployment, finding));
  return [{ log, deployment, findings }];
}

/** Not what Triton printed while it loaded another model of the plan. */
function isOf(plan: PlanDocument, deployment: PlanDeployment, { model = "" }: LogFinding): boolean {
  const named = namedIn(model, plan.deployments);
  return named.length === 0 || named.includes(deployment);
}

function refuseUnread({ name, report }: NamedLog): void {
  if (report.findings.length === 0 && report.failures.length === 0) {
    throw new InputError(
      { file: name },
      `expected the log of an engine's start, found nothing on memory in ${report.lines} lines`,
    );
  }
}

/** One Triton server loads several models, and says which before each. */
function sectionsOf(plan: PlanDocument, log: NamedLog): readonly MatchedLog[] {
  const { findings } = log.report;
  const byEngine = new Map<PlanDeployment, LogFinding[]>();
  for (const finding of findings) {
    const [deployment, ...more] = namedIn(finding.model ?? "", plan.deployments);
    if (deployment !== undefined && more.length === 0) {
      byEngine.set(deployment, [...(byEngine.get(deployment) ?? []), finding]);
    }
  }
  return [...byEngine].map(([deployment, own]) => ({ log, deployment, findings: own }));
}

function onlyOne(plan: PlanDocument, { name, report }: NamedLog): PlanDeployment {
  const fits = plan.deployments.filter(
    ({ engine }) => report.findings.length === 0 || report.engines.includes(engine.id),
  );
  const byFile = namedIn(baseName(name), fits);
  const byModel = fits.filter(({ source }) => isModel(source, report.model));
  const [found] = [fits, byFile, byModel].find(({ length }) => length === 1) ?? [];
  if (found !== undefined) {
    return found;
  }
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))];
  throw new InputError(
    { file: name },
    fits.length === 0
      ? `expected a log of ${engines.join(" or ")}, got one of ${report.engines.join(" or ")}`
      : `may be the log of ${fits.map(nameOf).join(" or ")}; say which with --log MODEL=FILE`,
  );
}

function isModel(source: string, printed: string | undefined): boolean {
  return printed !== undefined && baseName(printed) === baseName(source);
}

/** What follows the last slash of a path or a Hub id. */
function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== "") ?? path;
}
