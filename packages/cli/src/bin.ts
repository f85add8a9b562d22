#!/usr/bin/env node
import { main } from "./main.ts";
import { optimizeLater } from "./optimize-later.ts";

const argv = process.argv.slice(2);
optimizeLater(argv);
process.exitCode = await main(argv);
