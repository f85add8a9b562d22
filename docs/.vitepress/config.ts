import { defineConfig } from "vitepress";

/** The documentation as a site: `pnpm build:docs` writes it to docs/.vitepress/dist. */
export default defineConfig({
  title: "Berth",
  description: "Plans several LLMs on the GPUs that you have, and writes what the launchers take",
  lang: "en",
  srcExclude: ["node_modules/**"],
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
          { text: "Simulation", link: "/simulation" },
          { text: "The web planner", link: "/serve" },
        ],
      },
      {
        text: "Numbers",
        items: [
          { text: "Placement, measured", link: "/benchmarks/placement" },
          { text: "Occupancy, measured", link: "/benchmarks/occupancy" },
        ],
      },
    ],
  },
});
