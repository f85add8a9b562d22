/** What the service worker says when it takes over. */
interface VersionMessage {
  readonly kind: "berth/version";
  readonly files: readonly string[];
}

/** Between two looks for a newer version while the page stays open. */
const AN_HOUR_MS = 3_600_000;

/**
 * Lets the page open without a network from now on. `onNewer` is called when the files of a newer version are there
 * while this one is open; the next load shows that one.
 */
export async function keepOffline(onNewer: () => void): Promise<void> {
  const { serviceWorker } = navigator;
  const own = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.src ?? "";
  serviceWorker.addEventListener("message", ({ data }: MessageEvent<VersionMessage>) => {
    const isNewer =
      data.kind === "berth/version" && !data.files.some((name) => own.endsWith(`/${name}`));
    if (isNewer) {
      onNewer();
    }
  });
  const registration = await serviceWorker.register("./service-worker.js", { scope: "./" });
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - looked > AN_HOUR_MS) {
      looked = Date.now();
      registration.update().catch(() => undefined);
    }
  });
}
