import { spanned } from "./across-hosts.ts";
import { otherLayout, otherPrecision } from "./precision.ts";
import type { Kind } from "./remedy.ts";
import {
  fewerSequences,
  shorterSequences,
  shorterSteps,
  smallerBatch,
  smallerKv,
} from "./settings.ts";
import { moreReplicas, mortal } from "./survive.ts";
import { apart, fewerReplicas, labelled, ownShared, pinned, sharedBy, together } from "./wishes.ts";

/**
 * Cheapest for the user first, alone and as a part of several changes. What only changes where or how the model runs
 * costs nothing that clients see: its layout, the length of a step, its pin and labels, a replica more. Then what they
 * see when many ask at once, or ask for much: sequences, length. Then what answers lose: the KV cache's precision,
 * before the neighbours it was kept from and the copies that stand in for each other, and a network between its stages,
 * before the weights' precision. What costs others comes after: a pin of theirs, then the same in the same order.
 */
export const SETTINGS: readonly Kind[] = [
  { kind: "layout", means: [otherLayout] },
  { kind: "steps", means: [shorterSteps] },
  { kind: "pin", means: [pinned] },
  { kind: "labels", means: [labelled] },
  { kind: "more-replicas", means: [moreReplicas], isOnlyAlone: true },
  { kind: "sequences", means: [fewerSequences, smallerBatch] },
  { kind: "length", means: [shorterSequences] },
  { kind: "kv-dtype", means: [smallerKv] },
  { kind: "not-with", means: [apart] },
  { kind: "exclusive", means: [ownShared, sharedBy] },
  { kind: "spread", means: [together] },
  { kind: "survive", means: [mortal] },
  { kind: "replicas", means: [fewerReplicas] },
  { kind: "across-hosts", means: [spanned], isOnlyAlone: true },
  { kind: "precision", means: [otherPrecision] },
  { kind: "move", of: "others", means: [pinned] },
  { kind: "other-sequences", of: "lower others", means: [fewerSequences, smallerBatch] },
  { kind: "other-length", of: "lower others", means: [shorterSequences] },
  { kind: "other-kv-dtype", of: "lower others", means: [smallerKv] },
  { kind: "other-replicas", of: "lower others", means: [fewerReplicas] },
  { kind: "other-precision", of: "lower others", means: [otherPrecision] },
];
