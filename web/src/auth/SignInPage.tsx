import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { hasSessionEnded, requestTokens, sessionState } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Field } from "../ui/controls";
import { Form } from "../ui/Form";
import { Note, showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import { DemoButton } from "./DemoButton";
import { readNext } from "./next";
import { PasswordField } from "./PasswordField";
import { ProviderButtons } from "./ProviderButtons";
import { Welcome } from "./Welcome";

/** The first page for a stranger. After the sign-in, the page that was asked for opens. */
export default function SignInPage() {
  const { route, query } = useLocation();
  const next = readNext(query.next);
  const isSignedIn = sessionState.value === "signed-in";
  useEffect(() => {
    if (isSignedIn) route(next, true);
  }, [isSignedIn]);
  return (
    <>
      <Welcome title="Count your reps. See yourself get stronger.">
        Your camera counts every rep, your training stays in one place, and the picture never leaves your device.
      </Welcome>
      {hasSessionEnded.value && (
        <Note>
          <strong>Your session has ended.</strong> Sign in again: you come back to where you were.
        </Note>
      )}
      <DemoButton />
      <Card title="Sign in">
        <ProviderButtons next={next} />
        <SignInForm />
        <div class="below-form">
          <a href={PATHS.forgotPassword}>Forgot your password?</a>
        </div>
      </Card>
      <div class="below-form">
        <p>
          New here? <a href={`${PATHS.register}?next=${encodeURIComponent(next)}`}>Create an account</a>
        </p>
      </div>
    </>
  );
}

function SignInForm() {
  const username = useSignal("");
  const password = useSignal("");
  const signIn = useAction(async () => {
    const credentials = { username: username.value.trim(), password: password.value };
    const { deletion_cancelled } = await requestTokens("/auth/login", credentials);
    if (deletion_cancelled) showToast("Welcome back. Your account will not be deleted.");
  });
  return (
    <Form action={signIn} submitLabel="Sign in">
      <Field
        label="E-mail address or user name"
        value={username.value}
        onInput={(event) => {
          username.value = event.currentTarget.value;
        }}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
      />
      <PasswordField value={password} />
    </Form>
  );
}
