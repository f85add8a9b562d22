import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { cardsShown, looksShown, ranksShown } from "../../state/selectors.ts";
import { FILES_TEXT } from "../../text/files-en.ts";
import { download } from "../../ui/download.ts";
import { FleetPicture } from "./fleet-picture.tsx";
import { pngOf } from "./png.ts";
import { standaloneSvg } from "./standalone.tsx";

/** The rack as a picture, in the colours that the page has now. */
export function PictureButtons(): ReactNode {
  const { store } = usePlannerParts();
  const hasCards = usePlanner((state) => cardsShown(state).length > 0);
  const [problem, setProblem] = useState<string | undefined>();
  const drawn = () => {
    const state = store.getState();
    const gpus = cardsShown(state);
    const fleet = { gpus, ranks: ranksShown(state), looks: looksShown(state) };
    const title = FILES_TEXT.pictureTitle(gpus.length, fleet.looks.size);
    return standaloneSvg(<FleetPicture fleet={fleet} title={title} />);
  };
  const savePng = async () => {
    try {
      download("berth.png", await pngOf(drawn()), "image/png");
      setProblem(undefined);
    } catch (error) {
      setProblem(FILES_TEXT.noPicture(error instanceof Error ? error.message : String(error)));
    }
  };
  return (
    <>
      <Button
        className="button"
        isDisabled={!hasCards}
        onPress={() => download("berth.svg", drawn(), "image/svg+xml")}
      >
        {FILES_TEXT.svg}
      </Button>
      <Button className="button" isDisabled={!hasCards} onPress={() => void savePng()}>
        {FILES_TEXT.png}
      </Button>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
