/** What to do now that a mail is on its way. */
import type { ComponentChildren } from "preact";
import { Card } from "../ui/Page";
import { Welcome } from "./Welcome";

type CheckYourMailProps = { readonly address: string; readonly children: ComponentChildren };

export function CheckYourMail({ address, children }: CheckYourMailProps) {
  return (
    <>
      <Welcome title="Look into your mail" />
      <Card>
        <p>
          A mail to <strong>{address}</strong> is on its way, if that is the address of an account here.
        </p>
        <p>{children}</p>
        <p class="muted">Nothing there after a few minutes? Look among the spam, and check the address above.</p>
      </Card>
    </>
  );
}
