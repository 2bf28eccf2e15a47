import { useSignal } from "@preact/signals";
import { publicApi, unwrap } from "../api/client";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, Field } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { Card } from "../ui/Page";
import { CheckYourMail } from "./CheckYourMail";
import { Welcome } from "./Welcome";

export default function ForgotPasswordPage() {
  const email = useSignal("");
  const isSent = useSignal(false);
  const send = useAction(async () => {
    await unwrap(publicApi.POST("/api/v1/auth/password/forgot", { body: { email: email.value.trim() } }));
    isSent.value = true;
  });
  if (isSent.value) {
    return (
      <>
        <CheckYourMail address={email.value.trim()}>
          The link in it leads to a page for a new password. It works once, for 30 minutes.
        </CheckYourMail>
        <Button
          variant="quiet"
          onClick={() => {
            isSent.value = false;
          }}
        >
          Send it again
        </Button>
      </>
    );
  }
  return (
    <>
      <Welcome title="Forgot your password?">We send you a link to choose a new one.</Welcome>
      <Card>
        <Form action={send} submitLabel="Send the link" pointers={["/email"]}>
          <Field
            label="E-mail address"
            type="email"
            value={email.value}
            onInput={(event) => {
              email.value = event.currentTarget.value;
            }}
            error={findFieldMessage(send.error.value, "/email")}
            autocomplete="email"
            required
          />
        </Form>
      </Card>
      <div class="below-form">
        <a href={PATHS.signIn}>Back to the sign-in</a>
      </div>
    </>
  );
}
