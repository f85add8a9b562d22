import type { CardLink } from "@berth/core";
import { LINKS_TEXT } from "./links-en.ts";

/** The way between two cards: "NV4: 4 NVLinks". */
export function wayText({ kind, nvlinks }: CardLink): string {
  return kind === "NVLINK" ? LINKS_TEXT.nvlinks(nvlinks) : LINKS_TEXT.ways[kind];
}

/** As short as it can be said beside a line: "NV4", "PHB". */
export function shortWay({ kind, nvlinks, peerToPeer }: CardLink): string {
  if (kind === "NVLINK") {
    return `NV${nvlinks}`;
  }
  if (kind === "unknown") {
    return peerToPeer ? LINKS_TEXT.short.peer : LINKS_TEXT.short.host;
  }
  return kind;
}

export function peersText({ peerToPeer }: CardLink): string {
  return peerToPeer ? LINKS_TEXT.peers : LINKS_TEXT.noPeers;
}

/** Links that are alike, and between whom they are. */
export interface AlikeLinks {
  readonly way: string;
  readonly peers: string;
  readonly pairs: string;
}

/** The links of a group, those that are alike in one. */
export function alikeLinks(links: readonly CardLink[]): readonly AlikeLinks[] {
  const alike = new Map<string, CardLink[]>();
  for (const link of links) {
    const key = `${wayText(link)}/${link.peerToPeer}`;
    alike.set(key, [...(alike.get(key) ?? []), link]);
  }
  return [...alike].flatMap(([, own]) => {
    const [first] = own;
    const isAll = own.length === links.length && own.length > 1;
    return first === undefined
      ? []
      : [
          {
            way: wayText(first),
            peers: peersText(first),
            pairs: isAll
              ? LINKS_TEXT.allPairs(own.length)
              : own.map(({ a, b }) => LINKS_TEXT.pair(a, b)).join(", "),
          },
        ];
  });
}
