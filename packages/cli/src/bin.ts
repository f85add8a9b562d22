#!/usr/bin/env node
import { main } from "./main.ts";
import { setV8Flags } from "./v8-flags.ts";

const argv = process.argv.slice(2);
setV8Flags(argv);
process.exitCode = await main(argv);
