// Layers: a folder may import what stands on its line here, and itself; nothing else.
const CORE = "^packages/core/src/";

const NOUNS = ["units", "report", "model", "hardware", "engine"];
const LAYERS = {
  // nouns
  units: [],
  report: ["units"],
  model: ["units", "report"],
  hardware: ["units", "report"],
  engine: ["units", "report", "model", "hardware"],
  // laws
  memory: NOUNS,
  capacity: [...NOUNS, "memory"],
  placement: [...NOUNS, "memory", "capacity"],
  // adapters
  importers: ["units", "report", "model"],
  catalog: [...NOUNS, "capacity", "importers"],
  inventory: ["units", "report", "hardware", "catalog"],
  // what Berth reads and writes: on top, but for deploy, which only reads plans and facts of launchers
  documents: [...NOUNS, "memory", "capacity", "placement", "importers", "catalog", "inventory"],
  deploy: [...NOUNS],
  // what engines print
  logs: NOUNS,
  // the plan against what is there
  verification: [
    ...NOUNS,
    "memory",
    "importers",
    "catalog",
    "inventory",
    "documents",
    "deploy",
    "logs",
  ],
  // what starts a plan and compares: reads plans and what their files hold
  launch: [...NOUNS, "documents", "deploy", "importers"],
};

const TESTS = "\\.(test|bench)\\.ts$";

const layers = Object.entries(LAYERS).map(([folder, below]) => ({
  name: `${folder}-imports-downward`,
  severity: "error",
  from: { path: `${CORE}${folder}/`, pathNot: TESTS },
  to: {
    path: CORE,
    pathNot: [
      ...[folder, ...below].map((name) => `${CORE}${name}/`),
      ...(folder === "deploy"
        ? [`${CORE}documents/plan-document\\.ts$`, `${CORE}catalog/launcher-catalog\\.ts$`]
        : []),
    ],
  },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: "no-unlayered-folder",
      comment: "every folder of core has its line in LAYERS",
      severity: "error",
      from: {},
      to: {
        path: `${CORE}[^/]+/`,
        pathNot: Object.keys(LAYERS).map((folder) => `${CORE}${folder}/`),
      },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nobody-imports-core-index",
      comment: "inside core, import files: the index is for other packages",
      severity: "error",
      from: { path: CORE, pathNot: TESTS },
      to: {
        path: `${CORE}index(-bundle|-capacity|-changes|-deploy|-files|-launch|-logs|-routers|-simulation|-verify)?\\.ts$`,
      },
    },
    {
      name: "core-uses-no-platform",
      severity: "error",
      from: { path: "^packages/(core|nvidia-smi-parser)/src/", pathNot: TESTS },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "parser-stands-alone",
      severity: "error",
      from: { path: "^packages/nvidia-smi-parser/src/", pathNot: TESTS },
      to: { path: "^packages/(core|cli)/" },
    },
    {
      name: "core-knows-no-cli",
      severity: "error",
      from: { path: "^packages/core/src/" },
      to: { path: "^packages/cli/" },
    },
    {
      name: "cli-uses-the-public-api",
      comment: "the command line sees of core what its tables of contents export",
      severity: "error",
      from: { path: "^packages/cli/src/" },
      to: {
        path: `${CORE}(?!index(-bundle|-capacity|-changes|-deploy|-files|-launch|-logs|-routers|-simulation|-verify)?\\.ts$)`,
      },
    },
    {
      name: "web-uses-the-public-api",
      comment: "the page sees of core what its tables of contents export",
      severity: "error",
      from: { path: "^packages/web/src/" },
      to: {
        path: `${CORE}(?!index(-bundle|-capacity|-changes|-deploy|-files|-launch|-logs|-routers|-simulation|-verify)?\\.ts$)|^packages/cli/`,
      },
    },
    {
      name: "features-do-not-import-each-other",
      comment: "what two features need is in state, viz or ui; the shell puts them together",
      severity: "error",
      from: { path: "^packages/web/src/features/(?!shell/)([^/]+)/" },
      to: { path: "^packages/web/src/features/", pathNot: "^packages/web/src/features/$1/" },
    },
    {
      name: "ui-knows-no-llm",
      severity: "error",
      from: { path: "^packages/web/src/ui/", pathNot: TESTS },
      to: { path: "^packages/(core|web/src/(state|features|viz|worker))/" },
    },
    {
      name: "state-draws-nothing",
      severity: "error",
      from: { path: "^packages/web/src/(state|worker)/", pathNot: TESTS },
      to: { path: "^packages/web/src/(features|ui)/" },
    },
    {
      name: "print-is-pure",
      comment: "print/ takes values and a width, and returns text",
      severity: "error",
      from: { path: "^packages/cli/src/print/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-run-imports-execa",
      severity: "error",
      from: { pathNot: "^packages/cli/src/io/(run|start-detached)\\.ts$" },
      to: { path: "node_modules/execa/" },
    },
    {
      name: "only-serve-imports-its-server",
      comment: "other commands start without it",
      severity: "error",
      from: {
        path: "^packages/cli/src/",
        pathNot: "^packages/cli/src/(serve/|commands/serve\\.ts$)",
      },
      to: { path: "^packages/cli/src/serve/" },
    },
    {
      name: "only-highs-imports-highs",
      severity: "error",
      from: { pathNot: "^packages/core/src/placement/solvers/highs\\.ts$|^test/bench/" },
      to: { path: "node_modules/highs/" },
    },
    {
      name: "only-tensors-imports-tensorflow",
      severity: "error",
      from: { pathNot: "^packages/core/src/capacity/tensors\\.ts$" },
      to: { path: "node_modules/@tensorflow/" },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|bundle|\\.berth)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.test.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["berth-source", "import", "types", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs"],
    },
  },
};
