import { type RefObject, useEffect, useRef, useState } from "react";

/** Pixels of width that an element has on the page; `first` until it is there. */
export function useWidth<T extends Element>(
  first: number,
): readonly [ref: RefObject<T | null>, width: number] {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const element = ref.current;
    if (element === null) {
      return;
    }
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
