import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { isSignedIn } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Field } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import { CheckYourMail } from "./CheckYourMail";
import { readNext } from "./next";
import { PasswordField } from "./PasswordField";
import { ProviderButtons } from "./ProviderButtons";
import { type Outcome, register } from "./register";
import { Welcome } from "./Welcome";

export default function RegisterPage() {
  const { route, query } = useLocation();
  const next = readNext(query.next);
  const mailedTo = useSignal<string | null>(null);
  useEffect(() => {
    if (isSignedIn.peek()) route(next, true);
  }, []);
  if (mailedTo.value !== null) {
    return (
      <CheckYourMail address={mailedTo.value}>
        Open the link in it to confirm your address. Then <a href={PATHS.signIn}>sign in</a>.
      </CheckYourMail>
    );
  }
  return (
    <>
      <Welcome title="Create your account">Free, in half a minute. You can delete it at any time.</Welcome>
      <Card>
        <ProviderButtons next={next} />
        <RegisterForm
          onDone={(outcome, address) => {
            if (outcome === "confirm-address") mailedTo.value = address;
            else route(next, true);
          }}
        />
      </Card>
      <div class="below-form">
        <p>
          You have an account? <a href={`${PATHS.signIn}?next=${encodeURIComponent(next)}`}>Sign in</a>
        </p>
      </div>
    </>
  );
}

type RegisterFormProps = { readonly onDone: (outcome: Outcome, address: string) => unknown };

function RegisterForm({ onDone }: RegisterFormProps) {
  const name = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  const create = useAction(async () => {
    const account = { name: name.value, email: email.value.trim(), password: password.value };
    const outcome = await register(account);
    if (outcome === "signed-in") showToast("Welcome! We have sent you a mail to confirm your address.");
    onDone(outcome, account.email);
  });
  const error = create.error.value;
  return (
    <Form action={create} submitLabel="Create account" pointers={["/display_name", "/email", "/password"]}>
      <Field
        label="Your name (optional)"
        value={name.value}
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
        error={findFieldMessage(error, "/display_name")}
        autocomplete="name"
        maxLength={80}
      />
      <Field
        label="E-mail address"
        type="email"
        value={email.value}
        onInput={(event) => {
          email.value = event.currentTarget.value;
        }}
        error={findFieldMessage(error, "/email")}
        autocomplete="email"
        required
      />
      <PasswordField value={password} isNew error={findFieldMessage(error, "/password")} />
    </Form>
  );
}
