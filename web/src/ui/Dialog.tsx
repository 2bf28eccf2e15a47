/** A dialog in front of the page: the browser's own, with focus and Escape handled by it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./controls";

type DialogProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (isOpen && !element.current?.open) element.current?.showModal();
    if (!isOpen) element.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose}>
      {isOpen && (
        <>
          <header class="dialog-header">
            <h2 id={id}>{title}</h2>
            <Button variant="quiet" icon="close" onClick={onClose} aria-label="Close">
              <span class="visually-hidden">Close</span>
            </Button>
          </header>
          {children}
        </>
      )}
    </dialog>
  );
}

type ConfirmProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly confirmLabel: string;
  readonly isBusy?: boolean;
  /** `primary` for a question about something good. */
  readonly variant?: "danger" | "primary";
  readonly onConfirm: () => unknown;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** A question before something is lost. The safe answer has the focus. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Dialog title={props.title} isOpen={props.isOpen} onClose={props.onClose}>
      {props.children}
      <div class="actions">
        <Button variant="secondary" onClick={props.onClose} autofocus>
          Cancel
        </Button>
        <Button
          variant={props.variant ?? "danger"}
          isBusy={props.isBusy ?? false}
          onClick={() => void props.onConfirm()}
        >
          {props.confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
