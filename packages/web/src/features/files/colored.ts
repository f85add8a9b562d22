import type { HLJSApi } from "highlight.js";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import ini from "highlight.js/lib/languages/ini";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import nginx from "highlight.js/lib/languages/nginx";
import yaml from "highlight.js/lib/languages/yaml";

const LANGUAGES: Readonly<Record<string, Parameters<HLJSApi["registerLanguage"]>[1]>> = {
  bash,
  ini,
  json,
  markdown,
  nginx,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) {
  hljs.registerLanguage(name, language);
}

/** Endings of the files that Berth writes. Triton's pbtxt has the keys, strings and comments of YAML. */
const LANGUAGE_OF: Readonly<Record<string, string>> = {
  env: "ini",
  json: "json",
  md: "markdown",
  pbtxt: "yaml",
  sbatch: "bash",
  service: "ini",
  sh: "bash",
  target: "ini",
  yaml: "yaml",
  yml: "yaml",
};

/** A run of text and the classes of its colour; none is plain. */
export interface Run {
  readonly text: string;
  readonly classes: string;
}

/** A file's text in runs of one colour each; one run where its language is not known. */
export function coloredRuns(path: string, text: string): readonly Run[] {
  const language = languageOf(path);
  if (language === undefined) {
    return [{ text, classes: "" }];
  }
  const { value } = hljs.highlight(text, { language, ignoreIllegals: true });
  const { body } = new DOMParser().parseFromString(value, "text/html");
  return runsOf(body, "");
}

function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // templates are filled in when a script runs: NAME.in
  const ending = /\.([a-z]+)(?:\.in)?$/.exec(name)?.[1] ?? "";
  return name.startsWith("nginx.conf") ? "nginx" : LANGUAGE_OF[ending];
}

/** Text and classes alone: whatever else a text might bring into the page stays behind. */
function runsOf(node: Node, classes: string): readonly Run[] {
  return [...node.childNodes].flatMap((child): readonly Run[] => {
    if (child instanceof Element) {
      return runsOf(child, child.className);
    }
    return [{ text: child.textContent ?? "", classes }];
  });
}
