/** Acts that a person starts: busy while they run, with the error of the last one. */
import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

export type Action<Arguments extends unknown[]> = {
  readonly isBusy: Signal<boolean>;
  readonly error: Signal<unknown>;
  /** Run the act. A second call while it runs does nothing. The result is whether it succeeded. */
  readonly run: (...args: Arguments) => Promise<boolean>;
};

/** Wrap an asynchronous act for buttons and forms. */
export function useAction<Arguments extends unknown[]>(
  act: (...args: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const action = useMemo(() => {
    const isBusy = signal(false);
    const error = signal<unknown>(null);
    const holder = { act };
    const run = async (...args: Arguments): Promise<boolean> => {
      if (isBusy.value) return false;
      isBusy.value = true;
      error.value = null;
      try {
        await holder.act(...args);
        return true;
      } catch (failure) {
        error.value = failure;
        return false;
      } finally {
        isBusy.value = false;
      }
    };
    return { isBusy, error, run, holder };
  }, []);
  action.holder.act = act;
  return action;
}
