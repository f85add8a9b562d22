// tsx scripts/bench-page.ts [--write]: how long the page takes, in Debian's Chromium, on the built page. Exits 1 where a median is
// above its bar. What is measured: opening the empty page; what needs no plan, until it is laid out, and the work of the page's thread for it
// (which a busy machine does not change); the full plan of the twelve-card example, from the edit until it shows, with
// what of it passes in the worker, between the threads, and in drawing; a slider of the what-if view, until its verdict
// shows; frames while 1,000 cards with 100 models scroll.
import { exampleRows } from "../test/bench/page/example-rows.ts";
import { largeRows } from "../test/bench/page/large-rows.ts";
import { loadRows } from "../test/bench/page/load-rows.ts";
import { isSlow, type Row, rowCells } from "../test/bench/page/times.ts";
import { startBrowser } from "../test/support/browser.ts";
import { buildPage, servePage } from "../test/support/built-page.ts";
import { giveTable, markdownTable } from "./bench-tables.ts";

const COLUMNS = ["what", "milliseconds", "at most", "of it, milliseconds"];

buildPage();
const browser = await startBrowser();
const { server, url } = await servePage();
try {
  const rows: Row[] = [];
  for (const measured of [loadRows, exampleRows, largeRows]) {
    rows.push(...(await measured(browser, url)));
  }
  giveTable("page", markdownTable(COLUMNS, rows.map(rowCells)), process.argv.slice(2));
  process.exitCode = rows.some(isSlow) ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}
