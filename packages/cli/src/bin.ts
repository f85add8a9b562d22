#!/usr/bin/env node
import { main } from "./main.ts";
import { optimizeLater } from "./optimize-later.ts";

optimizeLater();
process.exitCode = await main(process.argv.slice(2));
