import {
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

/** Spacing that temml writes into attributes, which the page's policy refuses; browsers space MathML well without. */
const STYLE = / style="[^"]*"/g;

/** A formula, drawn by the browser as MathML; until the reader of TeX is loaded, and where it fails, as text. */
export function TeX({
  tex,
  label,
}: {
  readonly tex: string;
  /** What a screen reader calls a formula that is wider than its place, and so can be scrolled. */
  readonly label: string;
}): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const [markup, setMarkup] = useState<string | undefined>();
  useEffect(() => {
    let isCurrent = true;
    const draw = async () => {
      const { default: temml } = await import("temml");
      const drawn = temml.renderToString(tex, { displayMode: true, throwOnError: false });
      if (isCurrent) {
        setMarkup(drawn.replaceAll(STYLE, ""));
      }
    };
    draw().catch(() => isCurrent && setMarkup(undefined));
    return () => {
      isCurrent = false;
    };
  }, [tex]);
  const isWide = useIsWide(ref, markup);
  return markup === undefined ? (
    <code className="tex">{tex}</code>
  ) : (
    <div
      ref={ref}
      className="tex"
      {...(isWide ? { role: "group", "aria-label": label, tabIndex: 0 } : {})}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: MathML that temml made of one of our own laws
      dangerouslySetInnerHTML={{ __html: markup }}
    />
  );
}

/**
 * Whether what an element holds is wider than itself: then it scrolls, and keyboards have to reach it. Looked at before
 * the element is painted, so that nobody meets one that scrolls and can't be reached, and again when its size changes.
 */
function useIsWide(ref: RefObject<HTMLElement | null>, held: unknown): boolean {
  const [isWide, setIsWide] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || held === undefined) {
      return;
    }
    const look = () => setIsWide(element.scrollWidth > element.clientWidth);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, held]);
  return isWide;
}
