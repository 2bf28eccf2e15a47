import PATHS from "./paths.json";
import { LinkButton } from "./ui/controls";
import { EmptyState } from "./ui/feedback";
import { Page } from "./ui/Page";

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon="close"
        title="There is no such page"
        action={<LinkButton href={PATHS.home}>Go home</LinkButton>}
      >
        The link may be old, or was cut off when it was copied.
      </EmptyState>
    </Page>
  );
}
