import { askLoad, type LoadQuestion, loadFrontier } from "@berth/core/changes";
import type {
  LoadAnswer,
  LoadAtAsk,
  LoadLineAsk,
  LoadQuestions,
  LoadWithinAsk,
  OpenedLoad,
  OpenLoadAsk,
} from "./load-protocol.ts";
import { planInputOf } from "./read-workspace.ts";

/** The model that is looked at, since reading a fleet and its cards takes longer than any answer. */
let current: { readonly opened: number; readonly question: LoadQuestion } | undefined;

/** Sequences that are always shown, and the most: beyond, a picture says nothing. */
const LEAST_SHOWN = 16;
const MOST_SHOWN = 2048;
/** So many times what fits now is shown, for shorter sequences than now. */
const ROOM = 3;
/** Points of a line that is drawn anew while a person waits. */
const LINE_POINTS = 20;

export async function openLoad({
  opened,
  workspace,
  plan,
  model,
}: OpenLoadAsk): Promise<OpenedLoad> {
  const question = askLoad(await planInputOf(workspace), plan, model);
  current = { opened, question };
  const { planned, mostSequences = MOST_SHOWN } = question.subject;
  const most = question.most(planned.maxSeqLen, { guess: planned.sequences });
  const shown = Math.max(LEAST_SHOWN, ROOM * Math.max(most, planned.sequences));
  const shownSequences = Math.min(shown, mostSequences, MOST_SHOWN);
  return {
    subject: question.subject,
    frontier: loadFrontier(question, shownSequences),
    mostSequences: shownSequences,
  };
}

export function loadAt({ opened, point }: LoadAtAsk): LoadAnswer {
  const question = questionOf(opened);
  return {
    verdict: question.at(point),
    longest: question.longest(point.sequences, { guess: point.maxSeqLen }),
    most: question.most(point.maxSeqLen, { guess: point.sequences }),
  };
}

export function loadWithin({ opened, maxSeqLen, mostFraction }: LoadWithinAsk): number {
  return questionOf(opened).most(maxSeqLen, { mostFraction });
}

export function loadLine({
  opened,
  mostFraction,
  mostSequences,
}: LoadLineAsk): LoadQuestions["loadLine"]["answer"] {
  return loadFrontier(questionOf(opened), mostSequences, { mostFraction, points: LINE_POINTS });
}

function questionOf(opened: number): LoadQuestion {
  if (current?.opened !== opened) {
    throw new Error("another model is looked at by now");
  }
  return current.question;
}
