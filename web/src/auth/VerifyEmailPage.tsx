import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, publicApi, unwrap } from "../api/client";
import { ApiError } from "../api/problems";
import { loadProfile } from "../api/profile";
import { isSignedIn, sessionState } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, LinkButton } from "../ui/controls";
import { ErrorNote, Loading } from "../ui/feedback";
import { Card } from "../ui/Page";
import { takeLinkToken } from "./linkToken";
import { Welcome } from "./Welcome";

/** Where the link of a mail ends that confirms an address, of a new account or a new one of an account. */
export default function VerifyEmailPage() {
  const token = useMemo(takeLinkToken, []);
  const isDone = useSignal(false);
  const verify = useAction(async (secret: string) => {
    await unwrap(publicApi.POST("/api/v1/auth/email/verify", { body: { token: secret } }));
    isDone.value = true;
    if (isSignedIn.peek()) await loadProfile();
  });
  useEffect(() => {
    if (token !== null) void verify.run(token);
  }, []);
  if (isDone.value) return <Confirmed />;
  const error = verify.error.value;
  if (token === null || isExpired(error)) return <ExpiredLink />;
  return (
    <>
      <Welcome title="Confirming your address" />
      {error === null ? <Loading label="One moment" /> : <ErrorNote error={error} onRetry={() => verify.run(token)} />}
    </>
  );
}

function isExpired(error: unknown): boolean {
  return error instanceof ApiError && ["invalid-link", "invalid-input"].includes(error.type);
}

function Confirmed() {
  return (
    <>
      <Welcome title="Your address is confirmed">Thank you. We can reach you if you ever forget your password.</Welcome>
      {isSignedIn.value ? (
        <LinkButton href={PATHS.home}>Go on</LinkButton>
      ) : (
        <LinkButton href={PATHS.signIn}>Sign in</LinkButton>
      )}
    </>
  );
}

function ExpiredLink() {
  const isSent = useSignal(false);
  const send = useAction(async () => {
    await unwrap(api.POST("/api/v1/auth/email/verification"));
    isSent.value = true;
  });
  return (
    <>
      <Welcome title="This link does not work anymore" />
      <Card>
        <p>Links in mails work once, for 24 hours. Perhaps your address is confirmed already.</p>
        {isSent.value ? (
          <p role="status">A new link is on its way to the address of your account.</p>
        ) : sessionState.value === "signed-in" ? (
          <>
            <ErrorNote error={send.error.value} />
            <Button isBusy={send.isBusy.value} onClick={() => void send.run()}>
              Send me a new link
            </Button>
          </>
        ) : (
          <LinkButton href={PATHS.signIn}>Sign in</LinkButton>
        )}
      </Card>
    </>
  );
}
