/** The words of what is taken away from the page; apart, so that the page loads them with that view. */
export const FILES_TEXT = {
  nothing: "Once there is a plan, its files show here.",
  waiting: "The files show when the plan is made.",
  target: "Written for",
  ownTarget: "What each engine starts with",
  router: "In front of all servers",
  noRouter: "No router",
  refused: (target: string) => `${target} can't carry this plan`,
  instead: "These can:",
  noInstead: "No other target can, with this router.",
  use: (target: string) => `Use: ${target}`,
  list: "Files",
  shown: (path: string) => `Text of ${path}`,
  copy: "Copy",
  copied: "Copied",
  download: (path: string) => `Download ${path}`,
  downloadAll: "Download all as a zip",
  plan: "Download plan.json",
  zipHint:
    "The zip holds the fleet file, what it names, the plan and its deployment: berth plan fleet.yaml in its folder makes the same plan.",
  liveHint:
    "The zip holds the fleet file, the plan and its deployment. The cards are those of the machines behind this page: berth plan fleet.yaml asks them again.",
  pictures: "Pictures and print",
  print: "Print",
  pictureTitle: (cards: number, models: number) =>
    `Berth: ${models} ${models === 1 ? "model" : "models"} on ${cards} ${cards === 1 ? "card" : "cards"}`,
  svg: "Cards as SVG",
  png: "Cards as PNG",
  noPicture: (why: string) => `The browser could not draw the picture: ${why}.`,
  leftOut: (names: string) =>
    `Not in the zip, since their names lead out of its folder or are taken: ${names}.`,
} as const;
