/**
 * What `begin` makes of each task, in the tasks' order, with at most `most` of them under way. A result that is
 * there is given at once, however long the next task takes to come. Where tasks end in an error, it is thrown
 * after the results before it.
 */
export async function* inOrder<Task, Result>(
  tasks: AsyncIterator<Task, unknown>,
  { begin, most }: { readonly begin: (task: Task) => Promise<Result>; readonly most: number },
): AsyncGenerator<Result> {
  const begun: Promise<{ readonly result: Result }>[] = [];
  let coming: Promise<Coming<Task>> | undefined = nextOf(tasks);
  let failure: { readonly error: unknown } | undefined;
  while (coming !== undefined || begun.length > 0) {
    const awaited = begun.length < most && coming !== undefined ? [coming] : [];
    const event = await Promise.race([...begun.slice(0, 1), ...awaited]);
    if ("result" in event) {
      begun.splice(0, 1);
      yield event.result;
    } else if ("task" in event) {
      begun.push(resultOf(begin(event.task)));
      coming = nextOf(tasks);
    } else {
      failure = event.failure;
      coming = undefined;
    }
  }
  if (failure !== undefined) {
    throw failure.error;
  }
}

type Coming<Task> =
  | { readonly task: Task }
  | { readonly failure: { readonly error: unknown } | undefined };

async function nextOf<Task>(tasks: AsyncIterator<Task, unknown>): Promise<Coming<Task>> {
  try {
    const next = await tasks.next();
    return next.done === true ? { failure: undefined } : { task: next.value };
  } catch (error) {
    return { failure: { error } };
  }
}

async function resultOf<Result>(result: Promise<Result>): Promise<{ readonly result: Result }> {
  return { result: await result };
}
