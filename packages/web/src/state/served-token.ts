/** Where the token waits for a reload; gone with the tab. */
const KEY = "berth/token";
const FRAGMENT = /^#token=([\w-]{20,200})$/;

/**
 * The token of `berth serve` that opened the page, out of its address, so that it is in no link that is copied;
 * undefined on a page that no berth serves.
 */
export function takeToken(
  { hash, pathname, search }: Pick<Location, "hash" | "pathname" | "search">,
  {
    history,
    storage,
  }: { readonly history: Pick<History, "replaceState">; readonly storage: Storage },
): string | undefined {
  const token = FRAGMENT.exec(hash)?.[1];
  if (token === undefined) {
    return storage.getItem(KEY) ?? undefined;
  }
  storage.setItem(KEY, token);
  history.replaceState(undefined, "", `${pathname}${search}`);
  return token;
}
