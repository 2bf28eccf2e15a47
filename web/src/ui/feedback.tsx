/** Loading, errors, empty states and short messages. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { describeError } from "../api/problems";
import { Button } from "./controls";
import { Icon, type IconName } from "./Icon";
import type { Resource } from "./resource";

export function Loading({ label = "Loading" }: { readonly label?: string }) {
  return (
    <div class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>{label}…</span>
    </div>
  );
}

type ErrorNoteProps = { readonly error: unknown; readonly onRetry?: (() => unknown) | undefined };

/** An error as a sentence with what to do. Without an error, nothing is shown. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  if (error === null || error === undefined) return null;
  const { title, advice } = describeError(error);
  return (
    <div class="note error" role="alert">
      <p>
        <strong>{title}</strong> {advice}
      </p>
      {onRetry && (
        <Button variant="secondary" onClick={() => void onRetry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** What stands in for data that is not here yet: the error with a way to try again, or a spinner. */
export function Pending({ of: found }: { readonly of: Resource<unknown> }) {
  return (
    <>
      <ErrorNote error={found.error.value} onRetry={found.reload} />
      {found.data.value === null && found.isLoading.value && <Loading />}
    </>
  );
}

export function Note({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="note" role="status">
      <div>{children}</div>
    </div>
  );
}

type EmptyStateProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
};

/** What a page shows while there is nothing: why, and what to do next. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <section class="empty">
      <Icon name={icon} size={48} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </section>
  );
}

const TOAST_MS = 5_000;
const toast = signal<string | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Show a short message for five seconds. */
export function showToast(message: string): void {
  toast.value = message;
  clearTimeout(timer);
  timer = setTimeout(() => {
    toast.value = null;
  }, TOAST_MS);
}

/** The place of short messages, once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toast.value && <p class="toast">{toast.value}</p>}
    </div>
  );
}
