import { request } from "node:http";

/** What a server answered. */
export interface Answer {
  readonly isOk: boolean;
  readonly status: number;
  /** The beginning of what it said. */
  readonly text: string;
}

const MOST_CHARACTERS = 2000;

/**
 * Posts a JSON document to an http address and waits for the answer as long as it takes: fetch gives up after minutes.
 * Throws what went wrong with the connection.
 */
export function post(url: string, body: object, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...(signal === undefined ? {} : { signal }),
    };
    const sent = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text = `${text}${chunk}`.slice(0, MOST_CHARACTERS);
      });
      response.on("error", reject);
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        resolve({ isOk: status >= 200 && status < 300, status, text });
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
