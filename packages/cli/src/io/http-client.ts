import { type CachedAnswer, createHttpCache, type HttpCache } from "./http-cache.ts";
import { codeOf } from "./read-text.ts";

/** Why a URL gave nothing: no answer at all, a status, or an answer that can't be used. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  /** 0 where there was no answer. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export interface HttpRequest {
  readonly url: string;
  /** Bytes asked for; the whole body, up to `end` bytes of it, where absent. */
  readonly start?: number;
  readonly end: number;
}

export interface HttpAnswer extends CachedAnswer {
  /** From the cache, since there was no answer. */
  readonly isStale: boolean;
}

export interface HttpClient {
  /** Throws an HttpProblem. */
  get(request: HttpRequest): Promise<HttpAnswer>;
}

export interface HttpSettings {
  /** Sent to this origin, and not where it redirects to. */
  readonly token?: { readonly origin: string; readonly value: string } | undefined;
  /** Nothing is asked of the network. */
  readonly isOffline?: boolean;
  readonly timeoutSeconds?: number;
  readonly cache?: HttpCache;
}

/** An answer takes a second or two; a network that drops packets should not hold anyone up for long. */
const TIMEOUT_SECONDS = 20;

/** Bytes read of an answer that ignores the range: a header and what stands before it, never a whole shard. */
const MAX_UNRANGED_BYTES = 32_000_000;

/** A URL under a commit's hash always has the same content. */
const IMMUTABLE = /\/resolve\/[0-9a-f]{40}\//;

/** Asks for ranges of files, with a cache on disk that is checked by the files' tags. */
export function createHttpClient(settings: HttpSettings = {}): HttpClient {
  const cache = settings.cache ?? createHttpCache();
  return {
    get: async (request) => {
      const key = `${request.url} ${request.start ?? ""}-${request.end}`;
      const known = await cache.read(key);
      const isFixed = IMMUTABLE.test(request.url);
      if (known !== undefined && isFixed) {
        return there({ ...known, isStale: false });
      }
      const answer = await ask(request, settings, known).catch((error: unknown) =>
        standInFor(error, { known, isFixed }),
      );
      if (!answer.isStale && answer.body !== known?.body) {
        await cache.write(key, answer);
      }
      return there(answer);
    },
  };
}

/** What may take the place of an answer: the one of last time, and that a commit has no such file. */
function standInFor(
  error: unknown,
  { known, isFixed }: { readonly known: CachedAnswer | undefined; readonly isFixed: boolean },
): HttpAnswer {
  const status = error instanceof HttpProblem ? error.status : undefined;
  if (status === 0 && known !== undefined) {
    return { ...known, isStale: true };
  }
  if (status === 404 && isFixed) {
    return { ...NO_FILE, isStale: false };
  }
  throw error;
}

const NO_FILE: CachedAnswer = {
  etag: undefined,
  commit: undefined,
  size: -1,
  body: new Uint8Array(0),
};

function there(answer: HttpAnswer): HttpAnswer {
  if (answer.size === NO_FILE.size) {
    throw new HttpProblem(404, "answers with status 404");
  }
  return answer;
}

async function ask(
  request: HttpRequest,
  settings: HttpSettings,
  known: CachedAnswer | undefined,
): Promise<HttpAnswer> {
  if (settings.isOffline === true) {
    throw new HttpProblem(0, "HF_HUB_OFFLINE is set");
  }
  const seconds = settings.timeoutSeconds ?? TIMEOUT_SECONDS;
  try {
    const response = await fetch(request.url, {
      headers: headersOf(request, settings, known),
      signal: AbortSignal.timeout(seconds * 1000),
    });
    if (response.status === 304 && known !== undefined) {
      return { ...known, isStale: false };
    }
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel();
      throw new HttpProblem(response.status, `answers with status ${response.status}`);
    }
    return { ...(await answerOf(request, response)), isStale: false };
  } catch (error) {
    throw error instanceof HttpProblem ? error : unreachable(error, request.url, seconds);
  }
}

function headersOf(
  { url, start, end }: HttpRequest,
  { token }: HttpSettings,
  known: CachedAnswer | undefined,
): Record<string, string> {
  const isOurs = token !== undefined && new URL(url).origin === token.origin;
  return {
    "user-agent": "berth",
    // ranges and sizes are those of the file, not of its compressed form
    "accept-encoding": "identity",
    ...(start === undefined ? {} : { range: `bytes=${start}-${end - 1}` }),
    ...(isOurs ? { authorization: `Bearer ${token.value}` } : {}),
    ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }),
  };
}

async function answerOf(request: HttpRequest, response: Response): Promise<CachedAnswer> {
  const { headers } = response;
  const range = rangeOf(response);
  const problem = problemOf(request, range);
  if (problem !== undefined) {
    await response.body?.cancel();
    throw new HttpProblem(response.status, problem);
  }
  const start = request.start ?? 0;
  // what comes before the range has to be read as well where the server ignores it
  const most = range === undefined ? request.end : request.end - start;
  const body = await bodyOf(response, most, request.start !== undefined);
  return {
    etag: headers.get("etag") ?? undefined,
    commit: headers.get("x-repo-commit") ?? undefined,
    size: range?.size ?? Number(headers.get("content-length") ?? body.length),
    body: range === undefined ? body.subarray(start) : body,
  };
}

interface Range {
  readonly start: number;
  readonly size: number;
}

/** Which range the answer is, of how large a file; undefined where it is the whole. */
function rangeOf({ status, headers }: Response): Range | undefined {
  if (status !== 206) {
    return;
  }
  const [, start, size] =
    /^bytes (\d{1,15})-\d+\/(\d{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
  return { start: Number(start), size: Number(size) };
}

function problemOf(request: HttpRequest, range: Range | undefined): string | undefined {
  if (request.start === undefined) {
    return;
  }
  if (range === undefined) {
    return request.end > MAX_UNRANGED_BYTES
      ? "does not answer range requests, and is too large to be read whole"
      : undefined;
  }
  return range.start === request.start ? undefined : "answers with another range than asked for";
}

/** At most this many bytes; more are cut off where a part was asked for, and refused otherwise. */
async function bodyOf(response: Response, most: number, isPart: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) {
      break; // leaving the loop cancels the rest
    }
  }
  if (length > most && !isPart) {
    throw new HttpProblem(response.status, `answers with more than ${most} bytes`);
  }
  return new Uint8Array(Buffer.concat(chunks)).subarray(0, most);
}

function unreachable(error: unknown, url: string, seconds: number): HttpProblem {
  const { host } = new URL(url);
  const isLate = error instanceof Error && error.name === "TimeoutError";
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const why = isLate ? `no answer in ${seconds} s` : codeOf(cause);
  return new HttpProblem(0, `${host} can't be reached (${why})`, { cause: error });
}
