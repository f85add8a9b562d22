import { readFileSync } from "node:fs";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { licencePlugins } from "./licences.config.ts";
import { offlinePlugin } from "./offline.config.ts";

type Policy = Readonly<Record<string, readonly string[]>>;

/** What the page may load and run; `berth serve` sends the same as a header. */
const POLICY = JSON.parse(readFileSync(new URL("./csp.json", import.meta.url), "utf8")) as Policy;

/** Directives that browsers take from a header only. */
const HEADER_ONLY = new Set(["frame-ancestors"]);

/** Puts the policy into the built page, so that it holds wherever the page is put. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        injectTo: "head-prepend",
        attrs: { "http-equiv": "Content-Security-Policy", content: policyText() },
      },
    ],
  };
}

function policyText(): string {
  return Object.entries(POLICY)
    .filter(([directive]) => !HEADER_ONLY.has(directive))
    .map(([directive, values]) => `${directive} ${values.join(" ")}`)
    .join("; ");
}

/**
 * What the empty page needs and views that load later need too: in one file it packs better than in one for each
 * set of views that share it.
 */
const IN_FIRST_LOAD =
  /node_modules\/(yaml|react|react-dom|scheduler|zustand|zod)\/|web\/src\/(state\/(fleet-edits|groups-of|parse-fleet)|text\/en)\.ts$/;

const licences = licencePlugins();

export default defineConfig({
  base: "./",
  plugins: [
    react(),
    // React Aria speaks 30 languages; the page speaks English, in src/text.
    { ...optimizeLocales.vite({ locales: ["en-US"] }), enforce: "pre" },
    contentSecurityPolicy(),
    offlinePlugin(),
    ...licences.page,
  ],
  resolve: { conditions: ["berth-source", ...defaultClientConditions] },
  worker: { format: "es", plugins: () => [...licences.worker] },
  build: {
    manifest: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "base", test: IN_FIRST_LOAD }] } },
    },
  },
});
