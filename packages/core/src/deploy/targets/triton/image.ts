import { launcherFact, launcherFactAt } from "../../../catalog/launcher-catalog.ts";
import { compareVersions } from "../../../engine/version.ts";
import { markdownCode, markdownText } from "../../text/markdown.ts";

/** The Triton container with a version of TensorRT-LLM, as Markdown. */
export function tritonImage(version: string): string {
  const tag = launcherFactAt("triton", "tag", version);
  const isKnown =
    tag !== undefined && compareVersions(version, launcherFact("triton", "newestVersion")) <= 0;
  return isKnown
    ? `${markdownCode(`${launcherFact("triton", "image")}:${tag}-trtllm-python-py3`)} (TensorRT-LLM ${markdownText(version)})`
    : `a Triton container that you built with TensorRT-LLM ${markdownText(version)} (none is published with it)`;
}
