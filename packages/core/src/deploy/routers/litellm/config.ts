import type { EngineId } from "../../../engine/engine.ts";
import { configYaml } from "../../text/config-yaml.ts";
import type { Route, RoutedModel, RoutedServer } from "../route.ts";

/** Longest wait for an answer, and between two pieces of one. */
const LONGEST_ANSWER_S = 3600;

export function litellmConfig(route: Route): string {
  const urls = new Map(serverUrls(route).map(({ server, reference }) => [server, reference]));
  const aliases = route.models.flatMap(({ name, aliases: others }) =>
    others.map((alias) => [alias, name]),
  );
  const config = {
    model_list: route.models.flatMap((model) =>
      model.servers.map((server) => deployment(model, server, urls.get(server) ?? "")),
    ),
    router_settings: {
      routing_strategy: "simple-shuffle",
      num_retries: 2,
      allowed_fails: 0,
      cooldown_time: 30,
      timeout: LONGEST_ANSWER_S,
      ...(aliases.length === 0 ? {} : { model_group_alias: Object.fromEntries(aliases) }),
    },
    litellm_settings: { request_timeout: LONGEST_ANSWER_S, telemetry: false },
    general_settings: {
      master_key: "os.environ/BERTH_ROUTER_KEY",
      background_health_checks: true,
      health_check_interval: 300,
    },
  };
  return `# One OpenAI endpoint with LiteLLM. start.sh runs it, README.md says more.\n${configYaml(config)}`;
}

function deployment(
  model: RoutedModel,
  { id, endpoint, weight }: RoutedServer,
  url: string,
): object {
  return {
    model_name: model.name,
    litellm_params: {
      model: `${provider(endpoint.api, endpoint.deployments[0].engine.id)}/${endpoint.name}`,
      api_base: url,
      api_key: "os.environ/BERTH_SERVER_KEY",
      weight,
      timeout: LONGEST_ANSWER_S,
      stream_timeout: LONGEST_ANSWER_S,
    },
    model_info: { id: `${model.id}-${id}`, mode: "chat" },
  };
}

/** What LiteLLM calls the kind of server; the model's name stands behind it. */
function provider(api: string, engine: EngineId): string {
  if (api === "triton-ensemble") {
    return "triton";
  }
  return engine === "vllm" ? "hosted_vllm" : "openai";
}

interface ServerUrl {
  readonly server: RoutedServer;
  /** What stands in the configuration: the URL, or where the environment has it. */
  readonly reference: string;
  /** Set by start.sh where the address is not known before. */
  readonly variable: string | undefined;
  readonly url: string;
}

export function serverUrls({ models }: Route): readonly ServerUrl[] {
  return models
    .flatMap(({ servers }) => servers)
    .map((server, at) => {
      const { endpoint, host } = server;
      const path = endpoint.api === "openai" ? "v1" : `v2/models/${endpoint.name}/generate`;
      const address = host === undefined ? "127.0.0.1" : `$${host.variable}`;
      const url = `http://${address}:${endpoint.port}/${path}`;
      const variable = host === undefined ? undefined : `BERTH_URL_${at + 1}`;
      return {
        server,
        reference: variable === undefined ? url : `os.environ/${variable}`,
        variable,
        url,
      };
    });
}
