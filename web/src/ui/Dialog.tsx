/** A dialog in front of the page: the browser's own, with focus and Escape handled by it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useAction } from "./action";
import { Button, type Variant } from "./controls";
import { ErrorNote } from "./feedback";
import type { IconName } from "./Icon";

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
  /** What the button says; an icon alone needs a text for screen readers. */
  readonly label: ComponentChildren;
  readonly variant?: Variant;
  readonly icon?: IconName;
  readonly title: string;
  readonly confirmLabel: string;
  /** `primary` for a question about something good. */
  readonly confirmVariant?: "danger" | "primary";
  /** The act. The dialog closes after it, unless it fails or its result is false. */
  readonly onConfirm: () => Promise<unknown>;
  readonly children: ComponentChildren;
};

/** A button that asks before something is lost. The safe answer has the focus. */
export function ConfirmButton({ label, variant = "danger", icon, title, children, ...confirm }: ConfirmProps) {
  const isOpen = useSignal(false);
  const close = (): void => {
    isOpen.value = false;
  };
  const act = useAction(async () => {
    if ((await confirm.onConfirm()) !== false) close();
  });
  const open = (): void => {
    act.error.value = null;
    isOpen.value = true;
  };
  return (
    <>
      <Button variant={variant} icon={icon} onClick={open}>
        {label}
      </Button>
      <Dialog title={title} isOpen={isOpen.value} onClose={close}>
        <ErrorNote error={act.error.value} />
        {children}
        <div class="actions">
          <Button variant="secondary" onClick={close} autofocus>
            Cancel
          </Button>
          <Button variant={confirm.confirmVariant ?? "danger"} isBusy={act.isBusy.value} onClick={() => void act.run()}>
            {confirm.confirmLabel}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
