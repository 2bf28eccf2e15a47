import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { requestTokens, sessionState } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, Field } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { Page } from "../ui/Page";
import { readNext } from "./next";

/** Sign in with e-mail address or user name and password. Then the page that was asked for opens. */
export default function SignInPage() {
  const { route, query } = useLocation();
  const username = useSignal("");
  const password = useSignal("");
  const next = readNext(query.next);
  const signIn = useAction(() => requestTokens("/auth/login", { username: username.value, password: password.value }));
  const isSignedIn = sessionState.value === "signed-in";
  useEffect(() => {
    if (isSignedIn) route(next, true);
  }, [isSignedIn]);
  return (
    <Page title="Welcome back">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn.run();
        }}
      >
        <ErrorNote error={signIn.error.value} />
        <Field
          label="E-mail address or user name"
          value={username.value}
          onInput={(event) => {
            username.value = event.currentTarget.value;
          }}
          autocomplete="username"
          autocapitalize="none"
          required
        />
        <Field
          label="Password"
          type="password"
          value={password.value}
          onInput={(event) => {
            password.value = event.currentTarget.value;
          }}
          autocomplete="current-password"
          required
        />
        <Button type="submit" isBusy={signIn.isBusy.value} class="wide">
          Sign in
        </Button>
      </form>
      <p>
        <a href={PATHS.forgotPassword}>Forgot your password?</a>
      </p>
      <p>
        New here? <a href={`${PATHS.register}?next=${encodeURIComponent(next)}`}>Create an account</a>
      </p>
    </Page>
  );
}
