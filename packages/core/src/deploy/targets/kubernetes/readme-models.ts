import type { EngineServer } from "../../servers/engine-server.ts";
import { wordsOf } from "../../servers/engine-words.ts";
import { markdownCode, markdownText } from "../../text/markdown.ts";
import { HUB_SECRET, madeFiles, modelsFolder } from "./model-storage.ts";
import type { Bundle } from "./readme.ts";

/** Where each model's files must be, and what must be made first. */
export function modelSection({ all, options }: Pick<Bundle, "all" | "options">): string {
  const folder = modelsFolder(options);
  const servers = all.map(({ servers: [server] }) => server);
  const claim = options.kubernetes?.modelsClaim;
  const where =
    claim === undefined
      ? `the folder ${markdownCode(folder)} of each node`
      : `the PersistentVolumeClaim ${markdownCode(claim)}, mounted at ${markdownCode(folder)}`;
  const lines = [...new Set(servers.map((server) => line(server, folder)))];
  return [
    "## Model files",
    `They are read from ${where}, or from their own paths on the nodes:`,
    lines.join("\n"),
    ...(servers.some(isFromHub) ? [hub()] : []),
  ].join("\n\n");
}

function line(server: EngineServer, folder: string): string {
  const { model, deployment } = server;
  const name = markdownText(deployment.model);
  if (server.triton !== undefined) {
    const { engineFolder, tokenizerFolder } = server.triton;
    return `- ${name}: engine ${markdownCode(engineFolder)}, tokenizer ${markdownCode(tokenizerFolder)} on ${server.nodes.map(({ host }) => markdownText(host)).join(", ")}`;
  }
  if (model.need !== undefined) {
    const how = wordsOf(deployment.engine.id).howToGet[deployment.quantization];
    return `- ${name}: ${markdownCode(madeFiles(server, folder))}, to be made first from ${markdownCode(model.source)} (${model.need.change}): ${how}; an init container asks for it`;
  }
  return model.isPath
    ? `- ${name}: ${markdownCode(model.source)} on ${server.nodes.map(({ host }) => markdownText(host)).join(", ")}`
    : `- ${name}: ${markdownCode(model.source)} from the Hub, kept in ${markdownCode(`${folder}/huggingface`)}`;
}

function isFromHub({ model, triton }: EngineServer): boolean {
  return triton === undefined && !model.isPath && model.need === undefined;
}

function hub(): string {
  return `For models that the Hub asks a token for, make a Secret; it is no part of this bundle:\n\n\`\`\`sh\nkubectl create secret generic ${HUB_SECRET} --from-literal=token="$HF_TOKEN"\n\`\`\``;
}
