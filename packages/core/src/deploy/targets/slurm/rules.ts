import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { RefusalReason } from "../../refusal.ts";
import type { RenderOptions } from "../../render-options.ts";
import type { Rule } from "../../rules.ts";
import { HOST_RULES } from "../../servers/host-rules.ts";
import { SERVER_RULES } from "../../servers/server-rules.ts";
import { hostSpanningTarget } from "../target-id.ts";
import { cardTypes, needsNode } from "./card-types.ts";
import { type Job, slurmJobs } from "./jobs.ts";

/** What a plan must be like for jobs that share no card. */
export const SLURM_RULES: readonly Rule[] = [...SERVER_RULES, ...HOST_RULES, jobsCanBeAsked];

function jobsCanBeAsked(plan: PlanDocument, options: RenderOptions): readonly RefusalReason[] {
  return slurmJobs(plan, options).flatMap((job) => {
    const problem = problemOf(job);
    if (problem === undefined) {
      return [];
    }
    const { deployment } = job.servers.find(({ nodes }) => nodes.length > 1) ?? job.servers[0];
    const instead = hostSpanningTarget(deployment.engine.id);
    return [
      {
        code: "no-job",
        model: deployment.model,
        problem,
        ...(instead === undefined ? {} : { instead }),
      },
    ];
  });
}

function problemOf(job: Job): string | undefined {
  const { servers, nodes } = job;
  if (nodes.length > 1 && servers.length > 1) {
    return "it lies on several hosts and shares cards with other models, which one job can't start in order";
  }
  if (nodes.length > 1 && servers[0].spread.kind === "one-host") {
    return "its engine runs on one host only";
  }
  if (new Set(nodes.map((cards) => cardTypes(cards))).size > 1) {
    return "its hosts give it cards of different kinds, and one job asks for the same on every node";
  }
  return needsNode(job) && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(nodes[0]?.[0]?.host ?? "")
    ? "its cards are of several kinds, so that it has to ask for its host, whose name is no node's"
    : undefined;
}
