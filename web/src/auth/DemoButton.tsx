/** One click into the demo account, where the server offers it. */
import { requestTokens } from "../api/session";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { type DemoAccount, findDemoAccount } from "./demo";

export function DemoButton() {
  const demo = useResource(findDemoAccount);
  const enter = useAction((account: DemoAccount) => requestTokens("/auth/login", account));
  const account = demo.data.value;
  if (account === null) return null;
  return (
    <Card>
      <p>See it with a year of training in it. Nothing to fill in.</p>
      <ErrorNote error={enter.error.value} />
      <Button class="wide" isBusy={enter.isBusy.value} onClick={() => void enter.run(account)}>
        Look around with the demo account
      </Button>
    </Card>
  );
}
