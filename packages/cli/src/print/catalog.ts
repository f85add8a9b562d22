import { formatCount, formatParameters } from "@berth/core";
import type { CatalogDocument } from "../commands/catalog-document.ts";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";

/** The catalogue as tables; sources are in its JSON. */
export function printCatalog(document: CatalogDocument, look: Look): string {
  const parts = [
    document.gpus === undefined ? "" : `${paint(look, "bold", "GPUs")}\n${gpus(document, look)}`,
    document.models === undefined
      ? ""
      : `${paint(look, "bold", "Models")}\n${models(document, look)}`,
    document.engines === undefined
      ? ""
      : `${paint(look, "bold", "Engines")}\n${engines(document, look)}`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function gpus({ gpus: rows = [] }: CatalogDocument, look: Look): string {
  const right = { align: "right" } as const;
  return printTable(
    [
      { title: "id" },
      { title: "name" },
      { title: "sm", ...right },
      { title: "MiB printed", ...right },
      { title: "MiB for CUDA", ...right },
      { title: "GB/s", ...right },
      { title: "peer to peer" },
    ],
    rows.map((gpu) => [
      gpu.id,
      gpu.name,
      gpu.computeCapability,
      formatCount(gpu.memoryMiB.value),
      `${formatCount(gpu.cudaVisibleMiB.value)}${gpu.cudaVisibleMiB.basis === "assumed" ? " ?" : ""}`,
      formatCount(gpu.bandwidthGBps.value),
      gpu.peerToPeer,
    ]),
    look,
  );
}

function models({ models: rows = [] }: CatalogDocument, look: Look): string {
  return printTable(
    [
      { title: "id" },
      { title: "parameters", align: "right" },
      { title: "active", align: "right" },
      { title: "layers", align: "right" },
      { title: "context", align: "right" },
      { title: "stored as" },
    ],
    rows.map((model) => [
      model.id,
      formatParameters(model.parameters.total),
      formatParameters(model.parameters.active),
      String(model.layers),
      formatCount(model.maxContext),
      model.quantization,
    ]),
    look,
  );
}

function engines({ engines: rows = [] }: CatalogDocument, look: Look): string {
  return printTable(
    [{ title: "id" }, { title: "what it is" }, { title: "versions" }],
    rows.map((engine) => [
      engine.id,
      engine.title,
      `${engine.oldestVersion} to ${engine.newestVersion}`,
    ]),
    look,
  );
}
