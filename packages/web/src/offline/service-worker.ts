/** Keeps the page's files, so that it opens without a network. Runs apart from the page, and knows nothing of it. */

/** What the build puts before this script: a hash of all files of the page, and their names. */
interface Build {
  readonly version: string;
  readonly files: readonly string[];
}

interface Extendable extends Event {
  readonly waitUntil: (until: Promise<unknown>) => void;
}

interface Fetched extends Event {
  readonly request: Request;
  readonly respondWith: (answer: Promise<Response>) => void;
}

/** What of a service worker's scope is used here. */
interface Scope {
  readonly BUILD: Build;
  readonly registration: { readonly scope: string };
  readonly clients: {
    readonly claim: () => Promise<void>;
    readonly matchAll: () => Promise<readonly { readonly postMessage: (data: unknown) => void }[]>;
  };
  readonly skipWaiting: () => Promise<void>;
  addEventListener(type: "install" | "activate", listen: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listen: (event: Fetched) => void): void;
}

const scope = self as unknown as Scope;
const { version, files } = scope.BUILD;
const OURS = "berth-";
const CACHE = OURS + version;
const PAGE = "index.html";
const KNOWN = new Set(files);

/** How long a network may take for the page itself, which is small; after that the kept one is shown. */
const PATIENCE_MS = 4000;
const SERVER_FAULT = 500;

scope.addEventListener("install", (event) => event.waitUntil(keepFiles()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name === "" || name === PAGE) {
    event.respondWith(newestPage(event.request));
  } else if (name !== undefined && KNOWN.has(name)) {
    event.respondWith(keptFile(event.request));
  }
});

/** The name of one of the page's files; undefined for what is none of its business, such as the interface of `berth serve`. */
function nameOf({ method, url, mode }: Request): string | undefined {
  const { origin, pathname } = new URL(url);
  const base = new URL(scope.registration.scope);
  const isOurs = method === "GET" && origin === base.origin && pathname.startsWith(base.pathname);
  const name = isOurs ? pathname.slice(base.pathname.length) : undefined;
  return name === "" && mode !== "navigate" ? undefined : name;
}

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  // names with a hash never change; the others are asked for anew
  await cache.addAll(
    files.map((name) =>
      name.startsWith("assets/") ? name : new Request(name, { cache: "no-cache" }),
    ),
  );
  await scope.skipWaiting();
}

/** The files of the version before stay, for pages that are open; theirs are told that there is a newer one. */
async function takeOver(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(OURS) && key !== CACHE);
  await Promise.all(others.slice(0, -1).map((key) => caches.delete(key)));
  await scope.clients.claim();
  for (const page of await scope.clients.matchAll()) {
    page.postMessage({ kind: "berth/version", files });
  }
}

/** The page as the server has it now, so that nobody stays on an old one; without an answer, the one that is kept. */
async function newestPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, {
      cache: "no-cache",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status < SERVER_FAULT) {
      return answer;
    }
  } catch {
    // no network, or none that answers
  }
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE)) ?? fetch(request);
}

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
