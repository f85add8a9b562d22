import type { ReactNode } from "react";
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from "react-aria-components";
import { TEXT } from "../text/en.ts";

/** A button that opens a dialog; `children` gets what closes it. */
export function DialogButton({
  label,
  title,
  className = "button",
  onOpen,
  children,
}: {
  readonly label: string;
  readonly title: string;
  readonly className?: string;
  readonly onOpen?: () => void;
  readonly children: (close: () => void) => ReactNode;
}): ReactNode {
  return (
    <DialogTrigger onOpenChange={(isOpen) => isOpen && onOpen?.()}>
      <Button className={className}>{label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <header className="dialog-head">
                  <Heading slot="title">{title}</Heading>
                  <Button className="button quiet" onPress={close}>
                    {TEXT.close}
                  </Button>
                </header>
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
