import type { SpeedConstants } from "./speed-constants.ts";
import type { CardSpeed, LinkSpeed, SpeedSetting } from "./speed-setting.ts";

/**
 * A replica whose cards have other engines to run too: every part of its steps takes `times` as long, as when a card
 * gives each engine its turn.
 */
export function slowed(setting: SpeedSetting, times: number): SpeedSetting {
  return times === 1
    ? setting
    : {
        ...setting,
        stages: setting.stages.map((stage) => ({
          ...stage,
          cards: stage.cards.map((card) => slowCard(card, times)),
          link: slowLink(stage.link, times),
          ...(stage.hop === undefined ? {} : { hop: slowLink(stage.hop, times) }),
        })),
      };
}

function slowCard(card: CardSpeed, times: number): CardSpeed {
  return {
    bytesPerSecond: card.bytesPerSecond / times,
    flopsPerSecond: card.flopsPerSecond / times,
    plainFlopsPerSecond: card.plainFlopsPerSecond / times,
    constants: slowConstants(card.constants, times),
  };
}

function slowLink({ bytesPerSecond, seconds }: LinkSpeed, times: number): LinkSpeed {
  return { bytesPerSecond: bytesPerSecond / times, seconds: seconds * times };
}

/** Only what the card does; the server's own time stays. */
function slowConstants(constants: SpeedConstants, times: number): SpeedConstants {
  return {
    ...constants,
    stepSeconds: constants.stepSeconds * times,
    layerSeconds: constants.layerSeconds * times,
    normedLayerSeconds: constants.normedLayerSeconds * times,
    expertLayerSeconds: constants.expertLayerSeconds * times,
    latentLayerSeconds: constants.latentLayerSeconds * times,
    sequenceSeconds: constants.sequenceSeconds * times,
    collectiveSeconds: constants.collectiveSeconds * times,
    promptLayerSeconds: constants.promptLayerSeconds * times,
    promptExpertLayerSeconds: constants.promptExpertLayerSeconds * times,
    promptLatentLayerSeconds: constants.promptLatentLayerSeconds * times,
  };
}
