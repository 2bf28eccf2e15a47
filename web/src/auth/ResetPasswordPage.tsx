import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { publicApi, unwrap } from "../api/client";
import { endSession } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { LinkButton } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { Card } from "../ui/Page";
import { takeLinkToken } from "./linkToken";
import { PasswordField } from "./PasswordField";
import { Welcome } from "./Welcome";

/** Where the link of a mail ends that was asked for because a password is forgotten. */
export default function ResetPasswordPage() {
  const token = useMemo(takeLinkToken, []);
  const isDone = useSignal(false);
  if (isDone.value) {
    return (
      <>
        <Welcome title="Your new password is saved">
          All devices are signed out. Sign in with your new password to go on.
        </Welcome>
        <LinkButton href={PATHS.signIn}>Sign in</LinkButton>
      </>
    );
  }
  if (token === null) {
    return (
      <>
        <Welcome title="This link is not complete">
          Open the link in the mail once more, or let us send you a new one.
        </Welcome>
        <LinkButton href={PATHS.forgotPassword}>Send me a new link</LinkButton>
      </>
    );
  }
  return (
    <>
      <Welcome title="Choose a new password">Your devices are signed out when you save it.</Welcome>
      <ResetForm
        token={token}
        onDone={() => {
          isDone.value = true;
        }}
      />
    </>
  );
}

type ResetFormProps = { readonly token: string; readonly onDone: () => unknown };

function ResetForm({ token, onDone }: ResetFormProps) {
  const password = useSignal("");
  const unlinks = useSignal(false);
  const reset = useAction(async () => {
    const body = { token, password: password.value, unlink_identities: unlinks.value };
    await unwrap(publicApi.POST("/api/v1/auth/password/reset", { body }));
    // The server has ended the session of this browser too.
    endSession();
  });
  return (
    <>
      <Card>
        <Form action={reset} submitLabel="Save the new password" pointers={["/password"]} onDone={onDone}>
          <PasswordField
            label="New password"
            value={password}
            isNew
            error={findFieldMessage(reset.error.value, "/password")}
          />
          <label class="choice">
            <input
              type="checkbox"
              checked={unlinks.value}
              onInput={(event) => {
                unlinks.value = event.currentTarget.checked;
              }}
            />
            <span>
              Somebody else was in my account
              <span class="hint">Then we also remove other ways to sign in that they may have added.</span>
            </span>
          </label>
        </Form>
      </Card>
      <div class="below-form">
        <a href={PATHS.forgotPassword}>Send me a new link</a>
      </div>
    </>
  );
}
