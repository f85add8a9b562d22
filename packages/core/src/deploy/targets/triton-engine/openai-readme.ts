import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { markdownText } from "../../text/markdown.ts";
import { openaiFrontend } from "./openai.ts";
import type { TritonHost } from "./repository.ts";

/** How to get an OpenAI endpoint from Triton itself, host by host, or why not. */
export function openaiSection(hosts: readonly TritonHost[]): string {
  const answers = hosts.map((host) => {
    const [server] = host.servers;
    const frontend = server === undefined ? undefined : openaiFrontend(host, server);
    const of = hosts.length > 1 ? `On ${markdownText(host.name)}: ` : "";
    return frontend?.isOffered === false
      ? `${of}Triton's OpenAI frontend can't carry this plan: ${markdownText(frontend.why)}.`
      : `${of}\`./${host.prefix}start-openai.sh\` instead of \`start.sh\` runs Triton inside its OpenAI frontend, on port ${launcherFact("triton", "openaiPort")}; \`load-models.sh\` then loads the models as before. Ask for an ensemble's name as the model. \`/v1/models\` lists the inner models too. It takes about ${launcherFact("triton", "openaiCardMib")} MiB of every card for itself, which the plan has left free but not counted.`;
  });
  return ["## OpenAI endpoint", ...answers].join("\n\n");
}
