import type { ReactNode } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { TEXT } from "../../text/en.ts";
import { useBring } from "./use-bring.ts";

/** Files by the browser's own dialog, for who doesn't drag: the same as dropping them. */
export function OpenFiles({ className = "button" }: { readonly className?: string }): ReactNode {
  const { choose } = useBring();
  return (
    <FileTrigger allowsMultiple onSelect={choose}>
      <Button className={className}>{TEXT.openFiles}</Button>
    </FileTrigger>
  );
}
