/** Lists that load page by page. */
import { useSignal } from "@preact/signals";
import { useAction } from "./action";
import { Button } from "./controls";
import { ErrorNote } from "./feedback";
import { type Resource, useResource } from "./resource";

export type ListPage<Item> = { readonly items: readonly Item[]; readonly next_cursor: string | null };

export type Pages<Item> = {
  /** All items so far; null until the first page is here. */
  readonly items: readonly Item[] | null;
  readonly first: Resource<ListPage<Item>>;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly loadMore: () => Promise<boolean>;
};

/** Load the first page when the component appears and when one of the keys changes, and others when a person asks. */
export function usePages<Item>(
  load: (cursor: string | null) => Promise<ListPage<Item>>,
  keys: readonly unknown[] = [],
): Pages<Item> {
  const more = useSignal<readonly Item[]>([]);
  const cursor = useSignal<string | null>(null);
  const first = useResource(async () => {
    const page = await load(null);
    more.value = [];
    cursor.value = page.next_cursor;
    return page;
  }, keys);
  const next = useAction(async () => {
    const from = cursor.value;
    const page = await load(from);
    // Another list has begun meanwhile.
    if (cursor.value !== from) return;
    more.value = [...more.value, ...page.items];
    cursor.value = page.next_cursor;
  });
  const items = first.data.value && [...first.data.value.items, ...more.value];
  const [isBusy, error] = [next.isBusy.value, next.error.value];
  return { items, first, hasMore: cursor.value !== null, isBusy, error, loadMore: next.run };
}

/** The button that loads the next page, as long as there is one. */
export function MoreButton({ pages }: { readonly pages: Pages<unknown> }) {
  return (
    <>
      <ErrorNote error={pages.error} />
      {pages.hasMore && (
        <Button variant="secondary" isBusy={pages.isBusy} onClick={() => void pages.loadMore()}>
          Show more
        </Button>
      )}
    </>
  );
}
