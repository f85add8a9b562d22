import { cardsAreGiven } from "../../kube/card-access.ts";
import { hostsAreNodes } from "../../kube/node-rules.ts";
import { spansAsPods } from "../../kube/over-pods.ts";
import { pathIsMounted } from "../../kube/pod-rules.ts";
import { mpsIsPossible } from "../../kube/shared-cards.ts";
import { eachModel, type Rule } from "../../rules.ts";
import { HOST_RULES } from "../../servers/host-rules.ts";
import { SERVER_RULES } from "../../servers/server-rules.ts";

/** What a plan must be like for pods of one engine each. */
export const KUBERNETES_RULES: readonly Rule[] = [
  ...SERVER_RULES,
  hostsAreNodes,
  cardsAreGiven,
  mpsIsPossible,
  eachModel(pathIsMounted),
  ...HOST_RULES,
  eachModel(spansAsPods),
];
