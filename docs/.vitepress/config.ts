import { defineConfig } from "vitepress";

/** The documentation as a site: `pnpm build:docs` writes it to docs/.vitepress/dist. */
export default defineConfig({
  title: "Berth",
  description: "Plans several LLMs on the GPUs that you have, and writes what the launchers take",
  lang: "en",
  srcExclude: ["node_modules/**"],
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/icon.svg" }]],
  vite: { publicDir: "../packages/web/public" },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: [
      {
        text: "Start",
        items: [
          { text: "Five minutes", link: "/start" },
          { text: "How TensorRT-LLM uses memory", link: "/memory" },
          { text: "Questions, with numbers", link: "/questions" },
          { text: "Limits", link: "/limits" },
        ],
      },
      {
        text: "Use",
        items: [
          { text: "Start what was planned", link: "/launch" },
          { text: "Does reality agree?", link: "/verify" },
          { text: "How many requests", link: "/capacity" },
          { text: "What a plan is made for", link: "/placing" },
          { text: "Simulation", link: "/simulation" },
          { text: "What if", link: "/whatif" },
          { text: "The web planner", link: "/serve" },
        ],
      },
      {
        text: "Launchers",
        collapsed: true,
        items: [
          { text: "All of them", link: "/launchers/" },
          { text: "trtllm-serve", link: "/launchers/trtllm-serve" },
          { text: "Triton, engines", link: "/launchers/triton-engine" },
          { text: "Triton, LLM API", link: "/launchers/triton-llmapi" },
          { text: "vLLM", link: "/launchers/vllm" },
          { text: "SGLang", link: "/launchers/sglang" },
          { text: "llama.cpp", link: "/launchers/llama-cpp" },
          { text: "Several engines", link: "/launchers/scripts" },
          { text: "Docker Compose", link: "/launchers/compose" },
          { text: "systemd", link: "/launchers/systemd" },
          { text: "Kubernetes", link: "/launchers/kubernetes" },
          { text: "Slurm", link: "/launchers/slurm" },
          { text: "Dynamo", link: "/launchers/dynamo" },
          { text: "Ray Serve", link: "/launchers/ray-serve" },
          { text: "One endpoint in front", link: "/launchers/routers" },
        ],
      },
      {
        text: "Numbers",
        items: [
          { text: "The laws", link: "/laws" },
          { text: "Accuracy", link: "/accuracy" },
          { text: "Speed, measured", link: "/benchmarks/speed" },
          { text: "Placement, measured", link: "/benchmarks/placement" },
          { text: "Occupancy, measured", link: "/benchmarks/occupancy" },
        ],
      },
      {
        text: "Take part",
        items: [
          { text: "Add a GPU, a family, an engine", link: "/extend" },
          { text: "Dependencies", link: "/dependencies" },
          { text: "API", link: "/api/index.html", target: "_blank" },
        ],
      },
    ],
  },
});
