import { SETTINGS_TEXT } from "../../text/settings-en.ts";
import { counts, text, tokenCounts } from "./codec.ts";
import type { Field } from "./field.ts";

const { model } = SETTINGS_TEXT;

/** What a fleet file without an engine means. */
const USUAL_ENGINE = "tensorrt-llm";

/** The engines as choices; the first is that there is none here. */
export const engineField = (none: string): Field => ({
  key: "engine",
  label: model.engine,
  kind: "choice",
  choices: [{ id: "", text: none }],
  more: ({ catalog }) => (catalog?.engines ?? []).map(({ id, title }) => ({ id, text: title })),
});

/** The engine's version; the newest known where nothing is typed. */
export const engineVersion: Field = {
  key: "engineVersion",
  label: model.engineVersion,
  kind: "text",
  codec: text,
  placeholderOf: ({ engine }, { fleet: { engine: usual }, catalog }) => {
    const id = engine ?? usual ?? USUAL_ENGINE;
    const known = catalog?.engines.find((each) => each.id === id);
    return known === undefined ? undefined : model.newest(known.newest);
  },
};

/** Most that one step or prompt takes, and who drafts for it. */
export const STEP_FIELDS: readonly Field[] = [
  {
    key: "maxBatchSize",
    label: model.maxBatchSize,
    kind: "text",
    codec: counts,
    hint: model.maxBatchSizeHint,
  },
  {
    key: "maxNumTokens",
    label: model.maxNumTokens,
    kind: "text",
    codec: tokenCounts,
    hint: model.maxNumTokensHint,
  },
  { key: "draft", label: model.draft, kind: "text", codec: text, hint: model.draftHint },
  { key: "draftLayers", label: model.draftLayers, kind: "number", least: 0, placeholder: "0" },
  {
    key: "draftTokens",
    label: model.draftTokens,
    kind: "number",
    least: 1,
    placeholder: model.asManyAsDrafts,
  },
  {
    key: "imagesPerPrompt",
    label: model.imagesPerPrompt,
    kind: "number",
    least: 0,
    placeholder: model.asManyAsFit,
  },
];
