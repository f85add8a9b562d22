import { createServer } from "node:net";

/** More ports than that follow it. */
const LAST_FIRST_PORT = 65_000;

/** The first of some ports of which none is in use. */
export async function freePorts(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null
    ? Math.min(address.port, LAST_FIRST_PORT)
    : 0;
}
