import type { EngineId } from "../engine/engine.ts";
import { Findings, type PlacedLine } from "./findings.ts";
import { keptText } from "./line.ts";
import type { LinePattern } from "./pattern.ts";
import { LOG_TABLES } from "./readers/registry.ts";

/** Longest version and model name taken. */
const MOST_NAME = 200;

/** A log as one engine's reader sees it. */
export class EngineLog {
  readonly engine: EngineId;
  readonly #findings: Findings;
  readonly #patterns: readonly LinePattern[];
  readonly #before: Readonly<Record<"versionAfter" | "modelAfter", readonly string[]>>;
  #matches = 0;
  #version: string | undefined;
  #model: string | undefined;

  constructor(engine: EngineId, tp: number | undefined) {
    this.engine = engine;
    this.#findings = new Findings(engine, tp);
    const tables = LOG_TABLES[engine];
    this.#patterns = tables.flatMap(({ patterns }) => patterns);
    this.#before = {
      versionAfter: [...new Set(tables.flatMap((table) => table.versionAfter ?? []))],
      modelAfter: [...new Set(tables.flatMap((table) => table.modelAfter ?? []))],
    };
  }

  /** Lines that it could read something from. */
  get matches(): number {
    return this.#matches;
  }

  get about(): { readonly version?: string; readonly model?: string } {
    return {
      ...(this.#version === undefined ? {} : { version: this.#version }),
      ...(this.#model === undefined ? {} : { model: this.#model }),
    };
  }

  get findings(): Findings["all"] {
    return this.#findings.all;
  }

  /** Takes a line; `hasEnded` says that a failure came before: a line with a version then begins anew. */
  take(line: PlacedLine, hasEnded: boolean): "start" | "line" {
    const version = this.#after("versionAfter", line.text, /^[vb]?\d[\w.+-]{0,60}/);
    const isStart = version !== undefined && (hasEnded || this.#findings.hasCache);
    if (isStart) {
      this.#findings.clear();
    }
    this.#version = version ?? this.#version;
    this.#model = this.#after("modelAfter", line.text, /^[^']{1,200}/) ?? this.#model;
    const found = this.#patterns.filter((pattern) => this.#findings.take(pattern, line)).length;
    this.#matches += Math.min(1, found) + (version === undefined ? 0 : 1);
    return isStart ? "start" : "line";
  }

  #after(kind: "versionAfter" | "modelAfter", text: string, shape: RegExp): string | undefined {
    for (const before of this.#before[kind]) {
      const at = text.indexOf(before);
      const match =
        at < 0
          ? null
          : shape.exec(text.slice(at + before.length, at + before.length + MOST_NAME).trimStart());
      if (match !== null) {
        return keptText(match[0]);
      }
    }
    return;
  }
}
