import { commandLines, type Place } from "../../servers/command.ts";
import { containerCards, containerCommand, containerEnvironment } from "../../servers/container.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { visible } from "../../text/visible.ts";
import { yamlText } from "../../text/yaml.ts";
import { literal } from "./literal.ts";
import { modelMount } from "./model-mount.ts";
import type { RouterService } from "./router-service.ts";

/** compose.yaml of one host: what it runs, in start order. */
export function composeFile({ name, servers }: ServerHost, router?: RouterService): string {
  const services = {
    ...Object.fromEntries(servers.map((server) => [server.file, service(server)])),
    ...(router === undefined ? {} : { [router.name]: router.value }),
  };
  const hasCache = servers.some(
    ({ model, triton }) => triton === undefined && model.need === undefined && !model.isPath,
  );
  return yamlText({
    value: { services, ...(hasCache ? { volumes: { huggingface: {} } } : {}) },
    notes: [
      {
        path: ["services"],
        text: `Every server of ${visible(name)}. Services on a shared card wait for each other: what an\nengine takes depends on what it finds free.`,
      },
      ...servers.map(({ file, deployment, gpus }) => ({
        path: ["services", file],
        text: `${visible(deployment.model)}, replica ${deployment.replica}, on ${gpus.map(({ id, catalogId }) => visible(`${id} ${catalogId}`)).join(", ")}`,
      })),
      ...(router === undefined ? [] : [{ path: ["services", router.name], text: ROUTER_NOTE }]),
    ],
  });
}

function service(server: EngineServer): object {
  const { image, port, morePorts = [], startsAfter, files, nodes } = server;
  const [node] = nodes;
  const { model, volumes } = modelMount(server);
  const { entrypoint, command } = containerCommand(server, node);
  const environment = containerEnvironment(node).map(({ name, value }) => [name, literal(value)]);
  const mounts = files.map(({ path }) => ({
    type: "bind",
    source: `./${path}`,
    target: `/berth/${path}`,
    read_only: true,
  }));
  return {
    image: literal(`${image.name}:${image.tag}`),
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint.map(literal) }),
    command: commandLines(command, {
      text: literal,
      place: (place) => placeText(place, model),
    }).flat(),
    environment: { ...Object.fromEntries(environment), HF_TOKEN: null },
    ports: [port, ...morePorts.map((more) => more.port)].map(
      (each) => `\${BERTH_HOST:-127.0.0.1}:${each}:${each}`,
    ),
    volumes: [...volumes, ...mounts],
    ipc: "host",
    ulimits: { memlock: -1, stack: STACK_BYTES },
    // Docker starts what restarts by itself in no order: a server that ended stays down.
    restart: "no",
    healthcheck: healthcheck(server),
    ...(startsAfter.length === 0
      ? {}
      : {
          depends_on: Object.fromEntries(
            startsAfter.map((other) => [other, { condition: "service_healthy" }]),
          ),
        }),
    deploy: {
      resources: {
        reservations: {
          devices: [
            {
              driver: "nvidia",
              device_ids: containerCards(node).map(literal),
              capabilities: ["gpu"],
            },
          ],
        },
      },
    },
  };
}

const ROUTER_NOTE =
  "One OpenAI endpoint for all of them, on the host's own network: it listens on BERTH_ROUTER_HOST alone.";

/** 64 MiB, as NVIDIA's images ask for. */
const STACK_BYTES = 67_108_864;

/** Before the end of the start period no failure counts; the first answer ends it. */
function healthcheck({ port, readyPath }: EngineServer): object {
  return {
    test: ["CMD", "curl", "-fsS", "-o", "/dev/null", `http://127.0.0.1:${port}${readyPath}`],
    interval: "5s",
    timeout: "5s",
    retries: 3,
    start_period: "1800s",
  };
}

function placeText(place: Place, model: string): string {
  switch (place.place) {
    case "model":
      return model;
    case "address":
      return "0.0.0.0";
    case "file":
      return `/berth/${place.path}`;
    case "leader":
      return `127.0.0.1${place.suffix}`;
    default:
      return place satisfies never;
  }
}
