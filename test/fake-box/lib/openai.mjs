// OpenAI's chat and completions as the servers answer them: what was asked is said back, word by word where it streams.
const WORDS = /\S+\s*/g;
/** A moment between two words, so that a stream can be told from an answer that was held back. */
const PAUSE_MS = 5;

const KINDS = {
  "/v1/chat/completions": {
    asked: ({ messages }) => messages.at(-1)?.content,
    object: "chat.completion",
    whole: (text) => ({ message: { role: "assistant", content: text } }),
    piece: "chat.completion.chunk",
    part: (text) => ({ delta: { content: text } }),
  },
  "/v1/completions": {
    asked: ({ prompt }) => prompt,
    object: "text_completion",
    whole: (text) => ({ text }),
    piece: "text_completion",
    part: (text) => ({ text }),
  },
};

/** What a model says to a prompt. */
export function replyTo(name, prompt) {
  return `${name} was asked: ${prompt}`;
}

/**
 * Answers a request to one of OpenAI's pages and returns true; false for any other. `nameOf` says which model answers to
 * a name, undefined for none; `say` what it says, where that takes another server.
 */
export function answerOpenai(request, response, { nameOf, say = async (...of) => replyTo(...of) }) {
  const kind = request.method === "POST" ? KINDS[request.url] : undefined;
  if (kind !== undefined) {
    void answer(kind, request, response, { nameOf, say }).catch((error) =>
      refuse(response, 500, error.message),
    );
  }
  return kind !== undefined;
}

async function answer(kind, request, response, { nameOf, say }) {
  const body = await bodyOf(request);
  const name = body === undefined ? undefined : nameOf(body.model);
  const asked = body === undefined ? undefined : kind.asked(body);
  if (typeof asked !== "string") {
    refuse(response, 400, "expected a JSON body with a prompt");
    return;
  }
  if (name === undefined) {
    refuse(response, 404, `The model \`${body.model}\` does not exist.`);
    return;
  }
  const text = await say(name, asked);
  const words = text.match(WORDS) ?? [];
  const head = { id: "berth-box-1", model: name };
  if (body.stream !== true) {
    const usage = usageOf(asked.match(WORDS)?.length ?? 0, words.length);
    const choices = [{ index: 0, ...kind.whole(text), finish_reason: "stop" }];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...head, object: kind.object, choices, usage }));
    return;
  }
  response.setHeader("content-type", "text/event-stream");
  for (const [at, word] of words.entries()) {
    const reason = at === words.length - 1 ? "stop" : null;
    const choices = [{ index: 0, ...kind.part(word), finish_reason: reason }];
    response.write(`data: ${JSON.stringify({ ...head, object: kind.piece, choices })}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  response.end("data: [DONE]\n\n");
}

function usageOf(prompt, completion) {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

/** The JSON of a request; undefined where it is none. */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function refuse(response, status, message) {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ error: { message, code: status } }));
}
