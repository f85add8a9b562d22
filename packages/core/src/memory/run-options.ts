import type { LatentRun } from "../model/attention.ts";
import type { ModelPart, ModelSpec, RunOptions } from "../model/model.ts";
import { speculates, withDraftLayers } from "./draft-layers.ts";
import { withLatentRun } from "./latent-run.ts";

/** How one replica is asked to run beside its limits. */
export interface AskedRun extends RunOptions {
  /** The model's own draft layers that are loaded. */
  readonly draftLayers?: number;
}

/**
 * The model as it runs: with latent attention as the engine has it, with its own draft layers loaded, and without the towers that an engine leaves out where no
 * image or sound is let in. Made once for a model and what is asked, so that what is computed for it is kept.
 */
export function withRun(
  model: ModelSpec,
  asked: AskedRun,
  { dropsTowers, latents }: { readonly dropsTowers: boolean; readonly latents?: LatentRun },
): ModelSpec {
  const { draftLayers = 0, imagesPerPrompt } = asked;
  const drafting = withDraftLayers(withLatentRun(model, latents), draftLayers);
  const draftTokens = speculates(drafting)
    ? (asked.draftTokens ?? Math.max(1, draftLayers))
    : undefined;
  if (draftTokens === undefined && imagesPerPrompt === undefined) {
    return drafting;
  }
  const isTextOnly = imagesPerPrompt === 0 && dropsTowers;
  const key = `${draftTokens ?? ""} ${imagesPerPrompt ?? ""} ${isTextOnly}`;
  const ofModel = KNOWN.get(drafting) ?? new Map<string, ModelSpec>();
  KNOWN.set(drafting, ofModel);
  const known = ofModel.get(key) ?? {
    ...drafting,
    parts: isTextOnly ? drafting.parts.map(withoutTower) : drafting.parts,
    run: {
      ...(draftTokens === undefined ? {} : { draftTokens }),
      ...(imagesPerPrompt === undefined ? {} : { imagesPerPrompt }),
    },
  };
  ofModel.set(key, known);
  return known;
}

const KNOWN = new WeakMap<ModelSpec, Map<string, ModelSpec>>();

function withoutTower(part: ModelPart): ModelPart {
  return part.kind === "vision" || part.kind === "audio" ? { ...part, isLoaded: false } : part;
}

/** Whether the model has a tower of images or sound. */
export function hasTower({ parts }: ModelSpec): boolean {
  return parts.some(({ kind }) => kind === "vision" || kind === "audio");
}
