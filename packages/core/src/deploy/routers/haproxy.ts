import { launcherFact } from "../../catalog/launcher-catalog.ts";
import { haproxyConfig } from "./haproxy/config.ts";
import { modelList } from "./openai.ts";
import { type RouterAbout, routerReadme } from "./readme.ts";
import type { Router } from "./router.ts";
import { aliasesNeedNoRewriting, speaks } from "./rules.ts";
import { KEY_VARIABLES, LISTEN_VARIABLES, type RouterStart, startScript } from "./start-script.ts";

/** HAProxy alone, without plugins: it reads the model's name out of the body and forwards the body as it is. */
export const haproxy: Router<"haproxy"> = {
  id: "haproxy",
  description:
    "HAProxy without plugins: routes on the model of the JSON body, forwards bodies as they are",
  rules: [speaks("haproxy", ["openai"]), aliasesNeedNoRewriting("haproxy")],
  write: (route) => [
    { path: "README.md", text: routerReadme(route, ABOUT), isExecutable: false },
    { path: "haproxy.cfg", text: haproxyConfig(route), isExecutable: false },
    { path: "models.json", text: `${modelList(route)}\n`, isExecutable: false },
    { path: "start.sh", text: startScript(route, START), isExecutable: true },
  ],
  start: () => START,
  container: {
    image: launcherFact("haproxy", "image"),
    isReadOnly: true,
    healthCheck: (url) => ["wget", "-q", "-T", "5", "-O", "/dev/null", `${url}/health`],
  },
};

const BODY_BYTES = String(launcherFact("haproxy", "bodyBytes"));

const START: RouterStart = {
  program: "HAProxy",
  variables: [
    ...LISTEN_VARIABLES,
    ...KEY_VARIABLES,
    ["BERTH_BODY_BYTES", `the model must come within so many bytes of a request (${BODY_BYTES})`],
  ],
  check: 'haproxy -c -f "$here/haproxy.cfg"',
  run: 'haproxy -db -f "$here/haproxy.cfg"',
  healthPath: "/health",
};

const ABOUT: RouterAbout = {
  title: "One endpoint with HAProxy",
  check: "looks at the configuration only",
  intro: `HAProxy ${launcherFact("haproxy", "oldestVersion")} or newer, without plugins. It reads \`model\` at the top of a request's JSON body, takes the server with the fewest requests for its weight, and forwards body and answer as they are; streams go through piece by piece. A server whose health check fails is left out; another is tried only where a connection was refused, so no request runs twice.`,
  notes: [
    `\`model\` must come within the first ${BODY_BYTES} bytes of a body (\`BERTH_BODY_BYTES\`, less what HAProxy keeps for headers): many clients write it after the messages. That much memory is used for each request while it comes in. What comes later is not looked at, and the request is answered with 400.`,
    "With `BERTH_ROUTER_KEY` set, clients must send it as `Authorization: Bearer`; servers get `BERTH_SERVER_KEY` instead, or no key. Only `/v1/chat/completions`, `/v1/completions`, `/v1/embeddings` and `/v1/responses` are forwarded; `/v1/models` and `/health` are answered by HAProxy itself.",
  ],
};
