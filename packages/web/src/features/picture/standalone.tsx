import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

/** What a drawing takes from the page's stylesheets; it is written into the drawing as attributes. */
const STYLED = ["fill", "fill-opacity", "stroke", "stroke-width"];
/** What means something on the page alone. */
const PAGE_ONLY = ["class", "aria-hidden", "data-kind", "data-segment", "data-chosen"];
/** What is seen, and so has colours. */
const DRAWN = "rect, path, circle, line, text";

/** A drawing as a file of its own: colours of the theme that the page has now, and nothing that it would have to load. */
export function standaloneSvg(drawing: ReactNode): string {
  const place = document.createElement("div");
  place.hidden = true;
  document.body.append(place);
  const root = createRoot(place);
  try {
    flushSync(() => root.render(drawing));
    const svg = place.querySelector("svg");
    if (svg === null) {
      throw new Error("nothing was drawn");
    }
    const copy = svg.cloneNode(true) as SVGSVGElement;
    const drawn = svg.querySelectorAll(DRAWN);
    const copies = copy.querySelectorAll(DRAWN);
    drawn.forEach((element, at) => {
      const style = getComputedStyle(element);
      for (const name of STYLED) {
        copies[at]?.setAttribute(name, style.getPropertyValue(name));
      }
    });
    copy.removeAttribute("fill");
    for (const element of copy.querySelectorAll("*")) {
      for (const name of PAGE_ONLY) {
        element.removeAttribute(name);
      }
    }
    return `${new XMLSerializer().serializeToString(copy)}\n`;
  } finally {
    root.unmount();
    place.remove();
  }
}
