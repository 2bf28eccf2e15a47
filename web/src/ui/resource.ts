/** Loading data for a component: the data, the error, and a way to load again. */
import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

export type Resource<Data> = {
  /** The data that loaded last; it stays while it loads again. */
  readonly data: Signal<Data | null>;
  readonly error: Signal<unknown>;
  readonly isLoading: Signal<boolean>;
  readonly reload: () => Promise<void>;
};

/** Load data when the component appears and when one of the keys changes. An answer of an earlier key is dropped. */
export function useResource<Data>(load: () => Promise<Data>, keys: readonly unknown[] = []): Resource<Data> {
  const latest = useRef(load);
  latest.current = load;
  const resource = useMemo(() => {
    const data = signal<Data | null>(null);
    const error = signal<unknown>(null);
    const isLoading = signal(true);
    let current = 0;
    const reload = async (): Promise<void> => {
      current += 1;
      const mine = current;
      isLoading.value = true;
      try {
        const loaded = await latest.current();
        if (mine !== current) return;
        data.value = loaded;
        error.value = null;
      } catch (failure) {
        if (mine === current) error.value = failure;
      } finally {
        if (mine === current) isLoading.value = false;
      }
    };
    return { data, error, isLoading, reload };
  }, []);
  useEffect(() => {
    void resource.reload();
  }, keys);
  return resource;
}
