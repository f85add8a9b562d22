import collect, { type Dependency } from "rollup-plugin-license";
import type { Plugin } from "vite";

/** Not "licences", in whose presence pnpm leaves our own LICENSE out of the package. */
export const NOTICES = "third-party-notices.txt";
/** For tools: `pnpm licences` and the list of parts of a release. */
const PARTS = ".vite/parts.json";

/** For the page and for its worker: gathers of which packages they are made. */
export interface LicencePlugins {
  readonly page: readonly Plugin[];
  readonly worker: readonly Plugin[];
}

/** Writes beside the page whose code is in it, in which version and under which licence, with the words that those ask to be kept. */
export function licencePlugins(): LicencePlugins {
  const parts = new Map<string, Dependency>();
  const gather = (): Plugin => {
    const rollups: object = collect({
      thirdParty: {
        output: (found) => {
          for (const part of found.filter(({ name }) => !isOurs(name))) {
            parts.set(`${part.name} ${part.version}`, part);
          }
        },
      },
    });
    // Vite's bundler calls the hooks of a plugin for Rollup, and gives them types of its own
    return rollups as Plugin;
  };
  const write: Plugin = {
    name: "licences",
    apply: "build",
    // the worker is built before the page is written
    generateBundle: {
      order: "post",
      handler() {
        const sorted = [...parts.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
        const all = sorted.map(([, part]) => part);
        this.emitFile({ type: "asset", fileName: NOTICES, source: noticesOf(all) });
        this.emitFile({ type: "asset", fileName: PARTS, source: partsOf(all) });
      },
    },
  };
  return { page: [gather(), write], worker: [gather()] };
}

function isOurs(name: string | null): boolean {
  return name === null || name.startsWith("@berth/") || name === "nvidia-smi-parser";
}

function partsOf(parts: readonly Dependency[]): string {
  const rows = parts.map(({ name, version, license }) => ({ name, version, licence: license }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function noticesOf(parts: readonly Dependency[]): string {
  const texts = parts.map((part) =>
    [
      `${part.name} ${part.version}, ${part.license}`,
      part.licenseText ?? "(its package has no licence file)",
      ...(part.noticeText ? [part.noticeText] : []),
    ]
      .map((text) => text.trim())
      .join("\n\n"),
  );
  const head = "Code of these packages is part of this page, under the licences that follow each.";
  return `${[head, ...texts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
