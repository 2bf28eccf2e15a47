/** A note that leads to the custom exercises with proposals, wherever a person may wonder about them. */
import PATHS from "../paths.json";
import { LinkButton } from "../ui/controls";
import { formatCount } from "../ui/format";
import { useResource } from "../ui/resource";
import { loadCandidates } from "./merging";

/** Load again when `version` changes. Without proposals, nothing is shown; after an error too, because it is extra. */
export function MergeNotice({ version }: { readonly version: number }) {
  const found = useResource(() => loadCandidates(null), [version]).data.value;
  if (found === null || found.items.length === 0) return null;
  const count = formatCount(found.items.length, "exercise");
  return (
    <div class="note" role="status">
      <p>
        {found.next_cursor === null ? count : `At least ${count}`} of your own may be here under another name. As long
        as they are apart, so are their records.
      </p>
      <div class="actions">
        <LinkButton variant="secondary" href={PATHS.mergeExercises}>
          Are these the same exercise?
        </LinkButton>
      </div>
    </div>
  );
}
