/** Acts for which the server asks who is there: with the password, or with another sign-in at a provider. */
import { useSignal } from "@preact/signals";
import { ApiError } from "../api/problems";
import { PasswordField } from "../auth/PasswordField";
import { formatProvider, startProviderSignIn } from "../auth/providers";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/Dialog";
import { Form } from "../ui/Form";
import { ErrorNote } from "../ui/feedback";

export type Proof = { readonly current_password?: string };
type Act = (proof: Proof) => Promise<unknown>;
type Method = { readonly method: string; readonly login_url?: string };
type Question = { readonly act: Act; readonly methods: readonly Method[] };

/** Return `run`, which asks who is there if the server wants to know, and the dialog that asks. */
export function useStepUp() {
  const question = useSignal<Question | null>(null);
  const run = useAction(async (act: Act) => {
    try {
      await act({});
    } catch (error) {
      if (!(error instanceof ApiError) || error.type !== "insufficient-user-authentication") throw error;
      question.value = { act, methods: (error.problem as { methods?: readonly Method[] }).methods ?? [] };
    }
  });
  const close = (): void => {
    question.value = null;
  };
  const asked = question.value;
  const dialog = (
    <Dialog title="Is it you?" isOpen={asked !== null} onClose={close}>
      {asked &&
        (asked.methods.some(({ method }) => method === "password") ? (
          <AskPassword act={asked.act} onDone={close} />
        ) : (
          <AskSignIn methods={asked.methods} />
        ))}
    </Dialog>
  );
  return { ...run, dialog };
}

function AskPassword({ act, onDone }: { readonly act: Act; readonly onDone: () => void }) {
  const password = useSignal("");
  const confirm = useAction(() => act({ current_password: password.value }));
  return (
    <Form action={confirm} submitLabel="Confirm" onDone={onDone}>
      <p>Only you may do this. Please enter your password.</p>
      <PasswordField label="Current password" value={password} hasFocus />
    </Form>
  );
}

function AskSignIn({ methods }: { readonly methods: readonly Method[] }) {
  const start = useAction((loginUrl: string) => startProviderSignIn(loginUrl, location.pathname));
  if (methods.length === 0) return <p>Sign out, and sign in again. Then you can do this.</p>;
  return (
    <>
      <p>Only you may do this. Please sign in again. You come back here, and can repeat it then.</p>
      <ErrorNote error={start.error.value} />
      {methods.map(({ method, login_url }) => (
        <Button key={method} isBusy={start.isBusy.value} onClick={() => void start.run(login_url ?? "")}>
          Sign in with {formatProvider(method)}
        </Button>
      ))}
    </>
  );
}
