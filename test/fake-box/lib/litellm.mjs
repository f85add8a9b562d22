// LiteLLM's proxy as far as a bundle's config.yaml needs it: it sends a chat on to the server of the model that it names,
// as OpenAI's request or, for triton/…, as Triton's own.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { answerOpenai } from "./openai.mjs";

const { values } = parseArgs({
  options: {
    config: { type: "string" },
    host: { type: "string", default: "0.0.0.0" },
    port: { type: "string", default: "4000" },
  },
});
const { model_list: models } = parse(readFileSync(values.config, "utf8"));

createServer((request, response) => {
  const nameOf = (name) => models.find(({ model_name }) => model_name === name)?.model_name;
  if (answerOpenai(request, response, { nameOf, say })) {
    return;
  }
  const isList = request.url === "/v1/models";
  response.statusCode = isList ? 200 : 404;
  response.end(
    isList ? JSON.stringify({ data: models.map(({ model_name: id }) => ({ id })) }) : "",
  );
}).listen(Number(values.port), values.host);

/** What the model's first server says. */
async function say(name, prompt) {
  const [{ litellm_params: to }] = models.filter(({ model_name }) => model_name === name);
  const [provider, ...rest] = to.model.split("/");
  if (provider === "triton") {
    const { text_output: text } = await ask(to.api_base, { text_input: prompt, parameters: {} });
    return text;
  }
  const messages = [{ role: "user", content: prompt }];
  const body = { model: rest.join("/"), messages };
  const { choices } = await ask(`${to.api_base}/chat/completions`, body);
  return choices[0].message.content;
}

async function ask(url, body) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) {
    throw new Error(`${url} answered with ${answer.status}`);
  }
  return answer.json();
}
