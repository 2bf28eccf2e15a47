/** The password and the e-mail address of an account. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import type { Profile } from "../api/profile";
import { PasswordField } from "../auth/PasswordField";
import { useAction } from "../ui/action";
import { Button, bindText, Field } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { ErrorNote, Note, showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import { useStepUp } from "./StepUp";

export function Credentials({ person }: { readonly person: Profile }) {
  return (
    <>
      <EmailCard person={person} />
      <PasswordCard />
    </>
  );
}

function PasswordCard() {
  const password = useSignal("");
  const stepUp = useStepUp();
  const change = (): Promise<boolean> =>
    stepUp.run(async (proof) => {
      await unwrap(api.PUT("/api/v1/auth/password", { body: { ...proof, new_password: password.value } }));
      password.value = "";
      showToast("Your new password is saved. Your other devices are signed out.");
    });
  return (
    <Card title="Password">
      <Form action={{ ...stepUp, run: change }} submitLabel="Save the new password" pointers={["/new_password"]}>
        <PasswordField
          label="New password"
          value={password}
          isNew
          error={findFieldMessage(stepUp.error.value, "/new_password")}
        />
      </Form>
      {stepUp.dialog}
    </Card>
  );
}

function EmailCard({ person }: { readonly person: Profile }) {
  const email = useSignal("");
  const sentTo = useSignal<string | null>(null);
  const stepUp = useStepUp();
  const verify = useAction(async () => {
    await unwrap(api.POST("/api/v1/auth/email/verification"));
    sentTo.value = person.email;
  });
  const change = (): Promise<boolean> =>
    stepUp.run(async (proof) => {
      const address = email.value.trim();
      await unwrap(api.PUT("/api/v1/auth/email", { body: { ...proof, email: address } }));
      sentTo.value = address;
      email.value = "";
    });
  return (
    <Card title="E-mail address">
      <p>
        {person.email} <span class="chip">{person.email_verified ? "confirmed" : "not confirmed yet"}</span>
      </p>
      {sentTo.value && (
        <Note>
          A mail to <strong>{sentTo.value}</strong> is on its way. Open the link in it to confirm that it is yours.
        </Note>
      )}
      {!person.email_verified && !sentTo.value && (
        <>
          <ErrorNote error={verify.error.value} />
          <Button variant="secondary" isBusy={verify.isBusy.value} onClick={() => void verify.run()}>
            Send me the link to confirm it
          </Button>
        </>
      )}
      <Form action={{ ...stepUp, run: change }} submitLabel="Change the address" pointers={["/email"]}>
        <Field
          label="New e-mail address"
          type="email"
          {...bindText(email)}
          error={findFieldMessage(stepUp.error.value, "/email")}
          autocomplete="email"
          required
        />
      </Form>
      {stepUp.dialog}
    </Card>
  );
}
