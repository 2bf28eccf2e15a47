import { useEffect, useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../api/problems";
import { requestTokens, sessionState } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { LinkButton } from "../ui/controls";
import { ErrorNote, Loading, showToast } from "../ui/feedback";
import { type Callback, describeCallbackError, parseCallback } from "./callback";
import { formatProvider, takeVerifier } from "./providers";
import { Welcome } from "./Welcome";

/** Where the browser returns from a provider, with a code to exchange, a linked identity or an error. */
export default function CallbackPage() {
  const { route } = useLocation();
  const callback = useMemo(takeCallback, []);
  const exchange = useAction(async (code: string) => {
    const verifier = takeVerifier();
    if (verifier === null) throw new ApiError(OTHER_WINDOW);
    const { deletion_cancelled } = await requestTokens("/auth/exchange", { code, code_verifier: verifier });
    if (deletion_cancelled) showToast("Welcome back. Your account will not be deleted.");
    route(callback.next, true);
  });
  useEffect(() => {
    if (callback.kind === "code") void exchange.run(callback.code);
    if (callback.kind === "linked") {
      showToast(`From now on you can sign in with ${formatProvider(callback.provider)}.`);
      route(callback.next, true);
    }
  }, []);
  if (callback.kind === "error") return <Failed {...describeCallbackError(callback.error)} next={callback.next} />;
  const error = exchange.error.value;
  return (
    <>
      <Welcome title={error === null ? "Signing you in" : "That did not work"} />
      {error === null ? <Loading label="One moment" /> : <ErrorNote error={error} />}
      {error !== null && <WayOn next={callback.next} />}
    </>
  );
}

const OTHER_WINDOW = { type: "/problems/invalid-code", title: "This sign-in began in another window", status: 400 };

/** Return what the server says, and remove it from the address: the code is a secret. */
function takeCallback(): Callback {
  const callback = parseCallback(location.search);
  history.replaceState(null, "", location.pathname);
  return callback;
}

type FailedProps = { readonly title: string; readonly advice: string; readonly next: string };

function Failed({ title, advice, next }: FailedProps) {
  return (
    <>
      <Welcome title="That did not work" />
      <div class="note error" role="alert">
        <p>
          <strong>{title}</strong> {advice}
        </p>
      </div>
      <WayOn next={next} />
    </>
  );
}

function WayOn({ next }: { readonly next: string }) {
  // Who has failed to add a way to sign in is still signed in.
  if (sessionState.value === "signed-in") return <LinkButton href={next}>Go back</LinkButton>;
  return <LinkButton href={`${PATHS.signIn}?next=${encodeURIComponent(next)}`}>Back to the sign-in</LinkButton>;
}
