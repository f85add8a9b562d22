import {
  countParameters,
  engineById,
  engineIds,
  explainPlan,
  gpuById,
  gpuIds,
  groupLinks,
  importPreset,
  lawTex,
  modelIds,
  modelPreset,
  planFleet,
  readPlanDocument,
} from "@berth/core";
import type {
  CatalogAnswer,
  ExplainAsk,
  Kind,
  LawNumber,
  ProgressOf,
  Questions,
  Watch,
} from "./protocol.ts";
import { cardInputOf, cardsOf, inventoryUsed, planInputOf } from "./read-workspace.ts";

type Answers = {
  readonly [K in Kind]: (
    ask: Questions[K]["ask"],
    watch: Watch<ProgressOf<K>>,
  ) => Questions[K]["answer"] | Promise<Questions[K]["answer"]>;
};

/** One function a question; all of them are core's, as the command line calls them. */
export const ANSWERS: Answers = {
  cards: cardsOf,
  plan: async (workspace, search) => planFleet({ ...(await planInputOf(workspace)), search }),
  headers: async (ask) => (await import("./read-headers.ts")).readHeaders(ask),
  explain: explained,
  readPlan: ({ name, text }) => readPlanDocument(name, text),
  trace: async (ask) => (await import("./read-traces.ts")).summaryOf(ask),
  catalog,
  inventory: inventoryUsed,
  links: ({ workspace, groups }) => groupLinks(cardInputOf(workspace), groups),
  openLoad: async (ask) => (await import("./ask-load.ts")).openLoad(ask),
  loadAt: async (ask) => (await import("./ask-load.ts")).loadAt(ask),
  loadWithin: async (ask) => (await import("./ask-load.ts")).loadWithin(ask),
  loadLine: async (ask) => (await import("./ask-load.ts")).loadLine(ask),
  capacity: async (ask) => (await import("./ask-capacity.ts")).askCapacity(ask),
  curve: async (ask) => (await import("./ask-capacity.ts")).askCurve(ask),
  monteCarlo: async (ask, watch) => (await import("./ask-capacity.ts")).askMonteCarlo(ask, watch),
  simulation: async (ask, watch) => (await import("./ask-capacity.ts")).askSimulation(ask, watch),
  whatIf: async (ask, watch) => (await import("./ask-what-if.ts")).askWhatIf(ask, watch),
  launchers: async () => (await import("./render-files.ts")).launchers(),
  render: async (ask) => (await import("./render-files.ts")).renderFiles(ask),
};

async function explained({ plan, ...filter }: ExplainAsk): Promise<readonly LawNumber[]> {
  const { numbers } = explainPlan(plan, filter);
  return Promise.all(numbers.map(async (number) => ({ ...number, tex: await lawTex(number.law) })));
}

function catalog(): CatalogAnswer {
  return {
    gpus: gpuIds().flatMap((id) => {
      const spec = gpuById(id);
      return spec === undefined
        ? []
        : [
            {
              id,
              name: spec.name,
              memoryBytes: spec.cudaVisible.value,
              computeCapability: spec.computeCapability,
            },
          ];
    }),
    models: modelIds().map((id) => ({
      id,
      aliases: modelPreset(id)?.aliases ?? [],
      parameters: parametersOf(id),
    })),
    engines: engineIds().flatMap((id) => {
      const engine = engineById(id);
      return engine === undefined
        ? []
        : [{ id, title: engine.title, newest: engine.newestVersion }];
    }),
  };
}

function parametersOf(id: string): number {
  const model = importPreset(id);
  return model === undefined ? 0 : countParameters(model).total;
}
