import type { EngineFact, FactTable } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import { MIB } from "../units/units.ts";
import type { StepLoad } from "./activations.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { speculates } from "./draft-layers.ts";
import { type FeedForwardWidths, feedForwardWidths } from "./feed-forward-width.ts";
import { type Bound, empiricalTerm } from "./term.ts";

/** Bytes of an activation: BF16 or FP16. */
const ELEMENT = 2;
/** Bytes of a logit while tokens are sampled: FP32. */
const LOGIT = 4;

const FORWARD = "tokens * element_bytes * (hidden_copies * hidden + ffn_copies * ffn_width / tp)";
const SAMPLER =
  "sampler_base_mib * 2^20 + sampler_copies * logit_bytes * batch * vocab + tokens * element_bytes * hidden";
const STAYS =
  "element_bytes * (expert_tokens * (expert_width_copies * expert_width * ep / tp + expert_hidden_copies * active * hidden) + tokens * stage_copies * hidden)";

/**
 * vLLM's profile run, and SGLang's prefill: the larger of two moments. In a layer, hidden-wide and
 * feed-forward-wide buffers of all tokens are alive; in the sampler, copies of batch · vocabulary logits
 * beside the last hidden states. Workspaces of the experts stay for both, and so does what a pipeline's ranks
 * hand over. Experts take so many tokens at a time, where the engine cuts a step for them. Fitted to 50 profile runs (scripts/fit-vllm.ts).
 */
export function profiledPeakTerm(model: ModelSpec, facts: FactTable, load: StepLoad): MemoryTerm {
  const used = factsOf(model, facts);
  const { plain, experts, active } = feedForwardWidths(model);
  const batch = load.isLastStage ? Math.min(load.maxBatchSize, load.maxNumTokens) : 0;
  const stageCopies = load.pp > 1 ? used.stages.value : 0;
  const { hidden, vocab } = model;
  const expertTokens = Math.min(
    load.maxNumTokens,
    facts.value("expertChunkTokens", Number.POSITIVE_INFINITY),
  );
  return empiricalTerm({
    id: "activations",
    of: (bound) =>
      used.spread[bound] *
      peak({
        model,
        load,
        used,
        batch,
        stageCopies,
        expertTokens,
        bound,
        widths: feedForwardWidths(model),
      }),
    law: `spread * (max(${FORWARD}, ${SAMPLER}) + ${STAYS})`,
    values: {
      spread: used.spread.value,
      tokens: load.maxNumTokens,
      element_bytes: ELEMENT,
      logit_bytes: LOGIT,
      hidden_copies: used.hidden.value,
      hidden,
      ffn_copies: used.feedForward.value,
      ffn_width: plain,
      tp: load.tp,
      ep: load.ep,
      sampler_base_mib: used.samplerBase.value,
      sampler_copies: used.sampler.value,
      batch,
      vocab,
      expert_width_copies: used.expertWidth.value,
      expert_width: experts,
      expert_hidden_copies: used.expertHidden.value,
      active,
      expert_tokens: expertTokens,
      stage_copies: stageCopies,
    },
    facts: Object.values(used),
  });
}

type ProfiledFacts = Readonly<
  Record<
    | "spread"
    | "hidden"
    | "feedForward"
    | "samplerBase"
    | "sampler"
    | "expertWidth"
    | "expertHidden"
    | "stages",
    EngineFact
  >
>;

function factsOf(model: ModelSpec, facts: FactTable): ProfiledFacts {
  return {
    spread: facts.need("activationSpread"),
    hidden: facts.need("activationHiddenCopies"),
    feedForward: facts.need("activationFeedForwardCopies"),
    samplerBase: facts.need("samplerBaseMiB"),
    sampler: samplerFact(model, facts),
    expertWidth: facts.need("expertWidthCopies"),
    expertHidden: facts.need("expertHiddenCopies"),
    stages: facts.need("stageHiddenCopies"),
  };
}

/** With a draft, the sampler's moment is that of its check: more copies of the logits are alive (vLLM). */
function samplerFact(model: ModelSpec, facts: FactTable): EngineFact {
  const alone = facts.need("samplerLogitsCopies");
  const more = speculates(model) ? facts.find("draftLogitsCopies") : undefined;
  return more === undefined
    ? alone
    : {
        ...more,
        value: alone.value + more.value,
        low: alone.low + more.low,
        high: alone.high + more.high,
      };
}

interface Moment {
  readonly model: ModelSpec;
  readonly load: StepLoad;
  readonly used: ProfiledFacts;
  readonly widths: FeedForwardWidths;
  readonly batch: number;
  readonly stageCopies: number;
  /** Tokens that the experts take at a time. */
  readonly expertTokens: number;
  readonly bound: Bound;
}

function peak(moment: Moment): number {
  const { model, load, used, widths, batch, stageCopies, expertTokens, bound } = moment;
  const { hidden, vocab } = model;
  const tokenBytes = ELEMENT * load.maxNumTokens;
  const forward =
    tokenBytes * (used.hidden[bound] * hidden + (used.feedForward[bound] * widths.plain) / load.tp);
  const sampler =
    used.samplerBase[bound] * MIB +
    used.sampler[bound] * LOGIT * batch * vocab +
    tokenBytes * hidden;
  const experts =
    ELEMENT *
    expertTokens *
    ((used.expertWidth[bound] * widths.experts * load.ep) / load.tp +
      used.expertHidden[bound] * widths.active * hidden);
  return Math.max(forward, sampler) + experts + tokenBytes * stageCopies * hidden;
}
