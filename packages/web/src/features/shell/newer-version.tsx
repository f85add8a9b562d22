import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { usePlanner } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";

/** That a newer version of the page is there, which a load shows. */
export function NewerVersion(): ReactNode {
  const isOutdated = usePlanner((state) => state.isOutdated);
  return (
    isOutdated && (
      <output className="notice">
        <p>{TEXT.newer.said}</p>
        <Button className="button" onPress={() => window.location.reload()}>
          {TEXT.newer.load}
        </Button>
      </output>
    )
  );
}
