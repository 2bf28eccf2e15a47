/** What is left to do when a page has failed, or cannot work at this address. */
import { Component, type ComponentChildren } from "preact";
import PATHS from "./paths.json";
import { Button } from "./ui/controls";
import { Page } from "./ui/Page";
import { PlainShell } from "./ui/Shell";

type State = { readonly hasFailed: boolean };

/** Show a way on instead of an empty page if anything within fails. */
export class CrashBoundary extends Component<{ readonly children: ComponentChildren }, State> {
  override readonly state: State = { hasFailed: false };

  static override getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render() {
    return this.state.hasFailed ? <CrashPage /> : this.props.children;
  }
}

function CrashPage() {
  return (
    <PlainShell>
      <Page title="Something went wrong">
        <p>This page has failed. Nothing that you saved is lost. Load it again, or go on elsewhere.</p>
        <div class="actions">
          <Button onClick={() => location.reload()}>Load the page again</Button>
          <Button variant="secondary" onClick={() => location.assign(PATHS.home)}>
            Go to the first page
          </Button>
        </div>
      </Page>
    </PlainShell>
  );
}

/** Browsers give pages of unprotected addresses neither the camera nor what keeps a session. */
export function InsecurePage() {
  return (
    <PlainShell>
      <Page title="This address is not protected">
        <p>
          Browsers allow the camera, and much else that Exercise Buddy needs, only at addresses that begin with{" "}
          <strong>https</strong>, and at <strong>localhost</strong> on the computer that it runs on.
        </p>
        <p>Open it at such an address. If you have none, ask the people who run this server for one.</p>
      </Page>
    </PlainShell>
  );
}
