import type { CapacityDocument, LossCapacity, ModelCapacity } from "@berth/core/capacity";
import type { ReactNode } from "react";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { rateText } from "../../text/say-capacity.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { WidePlace } from "../../ui/wide-place.tsx";

const LOSSES: readonly LossCapacity["loss"][] = ["gpu", "host"];

/** What each model still carries within its targets when the worst card, or the worst host, is lost. */
export function LossTable({ document }: { readonly document: CapacityDocument }): ReactNode {
  const text = CAPACITY_TEXT.losses;
  return (
    <WidePlace label={text.caption}>
      <table>
        <caption>{text.caption}</caption>
        <TableHead
          texts={[CAPACITY_TEXT.model]}
          numbers={[text.asked, ...LOSSES.map((loss) => text.of[loss])]}
        />
        <tbody>
          {document.models.map((model) => (
            <tr key={model.model}>
              <th scope="row">{model.model}</th>
              <td className="numeric">{rateText(model.requestsPerSecond)}</td>
              {LOSSES.map((loss) => (
                <LossCell key={loss} loss={lossOf(model, loss)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WidePlace>
  );
}

function lossOf({ afterLoss }: ModelCapacity, wanted: LossCapacity["loss"]) {
  return afterLoss.find(({ loss }) => loss === wanted);
}

function LossCell({ loss }: { readonly loss: LossCapacity | undefined }): ReactNode {
  const text = CAPACITY_TEXT.losses;
  if (loss === undefined) {
    return <td className="numeric">{CAPACITY_TEXT.none}</td>;
  }
  const { requestsPerSecond, lost, isEnough } = loss;
  return (
    <td className="numeric loss" data-enough={isEnough}>
      {rateText(requestsPerSecond)}
      <span className="hint below">{text.without(lost)}</span>
      {!isEnough && <span className="hint below">{text.tooLittle}</span>}
    </td>
  );
}
