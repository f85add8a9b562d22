import type { DropItem, FileDropItem } from "react-aria-components";
import { usePlannerParts } from "../../state/planner-context.ts";

/** Takes files into the page; what reads them is loaded when the first come. */
export interface Bring {
  readonly drop: (items: readonly DropItem[]) => void;
  readonly choose: (files: FileList | null) => void;
}

interface Found {
  readonly path: string;
  readonly blob: File;
}

export function useBring(): Bring {
  const { store, clients } = usePlannerParts();
  const take = async (found: Promise<readonly Found[]>) => {
    const [{ takeFiles }, files] = await Promise.all([
      import("../../state/bring/take-files.ts"),
      found,
    ]);
    await takeFiles(store, clients.quick, files);
  };
  const begin = (found: Promise<readonly Found[]>) => {
    take(found).catch((error: unknown) =>
      store.setState({ bringProblems: [error instanceof Error ? error.message : String(error)] }),
    );
  };
  return {
    drop: (items) => begin(filesOf(items, "", 0)),
    choose: (files) =>
      begin(Promise.resolve([...(files ?? [])].map((blob) => ({ path: blob.name, blob })))),
  };
}

/** A folder of a model has no folders that matter; those of several models are one level deeper. */
const MOST_LEVELS = 3;

/** Dropped files, and those in dropped folders, but for hidden ones. */
async function filesOf(
  items: readonly DropItem[],
  folder: string,
  level: number,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    items.map(async (item): Promise<readonly Found[]> => {
      if (item.kind === "file") {
        return isHidden(item) && level > 0 ? [] : [await fileOf(item, folder)];
      }
      if (item.kind !== "directory" || level >= MOST_LEVELS) {
        return [];
      }
      const inside: DropItem[] = [];
      for await (const entry of item.getEntries()) {
        inside.push(entry);
      }
      return filesOf(inside, `${folder}${item.name}/`, level + 1);
    }),
  );
  return found.flat();
}

async function fileOf(item: FileDropItem, folder: string): Promise<Found> {
  return { path: folder + item.name, blob: await item.getFile() };
}

function isHidden({ name }: FileDropItem): boolean {
  return name.startsWith(".");
}
