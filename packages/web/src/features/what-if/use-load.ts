import type { FrontierPoint, LoadPoint } from "@berth/core/changes";
import { useEffect, useMemo, useRef, useState } from "react";
import { askLatest } from "../../state/latest.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { problemOf } from "../../state/problem-of.ts";
import type { LoadAnswer, OpenedLoad } from "../../worker/load-protocol.ts";

/** Milliseconds without a change after which the line within a share is drawn anew. */
const QUIET_MS = 150;

interface Opened extends OpenedLoad {
  readonly opened: number;
}

/** The load of one model as a person tries it out. */
export interface Load {
  readonly opened: OpenedLoad | undefined;
  readonly point: LoadPoint;
  /** The last answer; of a point just before this one while the next is on its way. */
  readonly answer: LoadAnswer | undefined;
  /** Share of memory that is asked for, or that the point takes. */
  readonly share: number | undefined;
  /** The frontier within that share. */
  readonly line: readonly FrontierPoint[];
  readonly problem: string | undefined;
  readonly setPoint: (point: LoadPoint) => void;
  readonly setShare: (share: number) => void;
}

const NO_POINT: LoadPoint = { maxSeqLen: 1, sequences: 1 };
const NO_LINE: readonly FrontierPoint[] = [];

export function useLoad(model: string | undefined): Load {
  const [point, setPoint] = useState(NO_POINT);
  const [wanted, setWanted] = useState<number | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const opened = useOpened(model, {
    onOpen: ({ subject }) => {
      setPoint(subject.planned);
      setWanted(undefined);
      setProblem(undefined);
    },
    onProblem: setProblem,
  });
  const answer = useAnswer(opened, point);
  const share = wanted ?? answer?.verdict.fraction;
  const askMost = useMost(opened, ({ maxSeqLen }, sequences) =>
    setPoint({ maxSeqLen, sequences: Math.max(1, sequences) }),
  );
  return {
    opened,
    point,
    answer,
    share,
    line: useLine(opened, share),
    problem,
    setPoint: (next) => {
      setWanted(undefined);
      setPoint(next);
    },
    setShare: (next) => {
      setWanted(next);
      askMost({ maxSeqLen: point.maxSeqLen, mostFraction: next });
    },
  };
}

/** Numbers of what is opened; all of the page's, so that no answer is taken for another's. */
let count = 0;

/** Opens the model's load whenever there is a new plan. */
function useOpened(
  model: string | undefined,
  on: {
    readonly onOpen: (opened: OpenedLoad) => void;
    readonly onProblem: (message: string) => void;
  },
): Opened | undefined {
  const { clients, store } = usePlannerParts();
  const plan = usePlanner((state) => (state.planning.isSolving ? undefined : state.planning.plan));
  const [opened, setOpened] = useState<Opened | undefined>();
  const listeners = useRef(on);
  listeners.current = on;
  useEffect(() => {
    if (plan === undefined || model === undefined) {
      return;
    }
    count += 1;
    const own = count;
    let isCurrent = true;
    const { history, live } = store.getState();
    const ask = { opened: own, workspace: { ...history.present, live }, plan, model };
    clients.quick.ask("openLoad", ask).then(
      (answer) => {
        if (isCurrent) {
          setOpened({ ...answer, opened: own });
          listeners.current.onOpen(answer);
        }
      },
      (error: unknown) => isCurrent && listeners.current.onProblem(problemOf(error).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [clients, store, plan, model]);
  return opened?.subject.model === model ? opened : undefined;
}

function useAnswer(opened: Opened | undefined, point: LoadPoint): LoadAnswer | undefined {
  const { clients } = usePlannerParts();
  const [answer, setAnswer] = useState<LoadAnswer | undefined>();
  const ask = useMemo(
    () =>
      askLatest(
        (question: { readonly opened: number; readonly point: LoadPoint }) =>
          clients.quick.ask("loadAt", question),
        setAnswer,
        // what was opened is closed by now: the next one is on its way
        () => undefined,
      ),
    [clients],
  );
  const id = opened?.opened;
  useEffect(() => {
    if (id !== undefined) {
      ask({ opened: id, point });
    }
  }, [ask, id, point]);
  return opened === undefined ? undefined : answer;
}

interface MostAsk {
  readonly maxSeqLen: number;
  readonly mostFraction: number;
}

function useMost(
  opened: Opened | undefined,
  onMost: (ask: MostAsk, sequences: number) => void,
): (ask: MostAsk) => void {
  const { clients } = usePlannerParts();
  const listener = useRef(onMost);
  listener.current = onMost;
  const ask = useMemo(
    () =>
      askLatest(
        async (question: MostAsk & { readonly opened: number }) => ({
          question,
          sequences: await clients.quick.ask("loadWithin", question),
        }),
        ({ question, sequences }) => listener.current(question, sequences),
        () => undefined,
      ),
    [clients],
  );
  return (question) => opened !== undefined && ask({ ...question, opened: opened.opened });
}

function useLine(
  opened: Opened | undefined,
  mostFraction: number | undefined,
): readonly FrontierPoint[] {
  const { clients } = usePlannerParts();
  const [line, setLine] = useState(NO_LINE);
  useEffect(() => {
    if (opened === undefined || mostFraction === undefined) {
      return;
    }
    let isCurrent = true;
    const { opened: id, mostSequences } = opened;
    const ask = () =>
      clients.quick.ask("loadLine", { opened: id, mostFraction, mostSequences }).then(
        (next) => isCurrent && setLine(next),
        () => isCurrent && setLine(NO_LINE),
      );
    const timer = setTimeout(() => void ask(), QUIET_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [clients, opened, mostFraction]);
  return opened === undefined || mostFraction === undefined ? NO_LINE : line;
}
