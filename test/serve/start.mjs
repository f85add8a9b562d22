// Starts the server of berth serve, as built, with a page and limits of a test's own: node start.mjs JSON
import { posix } from "node:path";
import { openFiles } from "../../packages/cli/dist/serve/opened-files.js";
import { openPage } from "../../packages/cli/dist/serve/page-folder.js";
import { startServer } from "../../packages/cli/dist/serve/start-server.js";

const { root, file, sources, limits, page, policy } = JSON.parse(process.argv[2]);
const opened = await openFiles({ root }, file);
const { name } = opened.fleet;
const { url } = await startServer({
  host: "127.0.0.1",
  allowedHosts: ["box1.example"],
  port: 0,
  place: { root, fleetName: name, fleetFolder: posix.dirname(name), sources },
  opened,
  version: "0.0.0",
  page: await openPage(page, policy),
  limits,
});
process.stdout.write(`${url}\n`);
