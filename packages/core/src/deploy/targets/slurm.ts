import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import type { RenderOptions } from "../render-options.ts";
import { routeOf } from "../routers/route.ts";
import { hostBuilds } from "../servers/engine-builds.ts";
import type { EngineServer } from "../servers/engine-server.ts";
import { startAllScript } from "../servers/start-all.ts";
import { type Job, slurmJobs } from "./slurm/jobs.ts";
import { slurmReadme } from "./slurm/readme.ts";
import { jobEndpoints, routerJobScript } from "./slurm/router-job.ts";
import { SLURM_RULES } from "./slurm/rules.ts";
import { jobScript, jobStartScript, nodeScript, submitScript } from "./slurm/scripts.ts";
import type { Target } from "./target.ts";

/** Slurm jobs: one a server, or one for all servers that share cards. */
export const slurm: Target<"slurm"> = {
  id: "slurm",
  description:
    "Slurm: a job a model with typed cards, one job for models that share cards, also over several nodes",
  rules: SLURM_RULES,
  endpoints: (plan, options) => jobEndpoints(slurmJobs(plan, options)),
  keepsRouter: true,
  write,
};

function write(plan: PlanDocument, options: RenderOptions): readonly Artifact[] {
  const jobs = slurmJobs(plan, options);
  const builds = hostBuilds(plan, options);
  const route = options.router && routeOf(plan, jobEndpoints(jobs), []);
  return [
    text("README.md", slurmReadme(plan, { jobs, route, builds })),
    text("plan.json", planJson(plan)),
    script("submit-all.sh", submitScript(jobs, route !== undefined)),
    ...jobs.flatMap(jobFiles),
    ...builds.map(({ prefix, script: build }) => script(`${prefix}build.sh`, build)),
    ...(route === undefined ? [] : [script("router/job.sh", routerJobScript(jobs, route))]),
  ];
}

function jobFiles(job: Job): readonly Artifact[] {
  const folder = `jobs/${job.name}/`;
  return [
    script(`${folder}job.sh`, jobScript(job)),
    ...(job.servers.length > 1 ? [script(`${folder}start-all.sh`, startAll(job))] : []),
    ...job.servers.flatMap((server) => [
      ...server.files.map((file) => text(`${folder}${file.path}`, file.text)),
      ...serverScripts(folder, server, job),
    ]),
  ];
}

function startAll({ name, servers }: Job): string {
  return startAllScript({ name: `the job berth-${name}`, servers });
}

function serverScripts(folder: string, server: EngineServer, job: Job): readonly Artifact[] {
  const start = `${folder}start/${server.file}.sh`;
  return server.spread.kind === "each-host"
    ? [
        script(start, nodeScript(server)),
        ...server.nodes.map((node, at) =>
          script(`${folder}nodes/${server.file}-${at}.sh`, jobStartScript(server, node, job)),
        ),
      ]
    : [script(start, jobStartScript(server, server.nodes[0], job))];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}

function script(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: true };
}
