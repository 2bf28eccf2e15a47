import { api, unwrap } from "../api/client";
import { endSession } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, LinkButton } from "../ui/controls";
import { ConfirmButton } from "../ui/Dialog";
import { ErrorNote, showToast } from "../ui/feedback";
import { formatDay, localDate } from "../ui/format";
import { Card, Page } from "../ui/Page";
import { download } from "./download";
import { useStepUp } from "./StepUp";

export default function DataPage() {
  return (
    <Page title="Your data" back={{ href: PATHS.settings, label: "Settings" }}>
      <div class="columns">
        <Downloads />
        <DeleteAccount />
      </div>
    </Page>
  );
}

function Downloads() {
  const day = localDate();
  const save = useAction(download);
  const files = [
    { label: "Everything (ZIP)", path: "/api/v1/users/me/export", name: `exercise-buddy-${day}.zip` },
    {
      label: "Workouts for a spreadsheet (CSV)",
      path: "/api/v1/workouts/export?format=csv",
      name: `workouts-${day}.csv`,
    },
    {
      label: "Workouts to import again (JSON)",
      path: "/api/v1/workouts/export?format=json",
      name: `workouts-${day}.json`,
    },
  ] as const;
  return (
    <Card title="Take it with you">
      <p>All that you have logged is yours. Download it whenever you like.</p>
      <ErrorNote error={save.error.value} />
      {files.map(({ label, path, name }) => (
        <Button
          key={path}
          variant="secondary"
          icon="export"
          isBusy={save.isBusy.value}
          onClick={() => void save.run(path, name)}
        >
          {label}
        </Button>
      ))}
      <LinkButton variant="quiet" icon="import" href={PATHS.imports}>
        Import workouts
      </LinkButton>
    </Card>
  );
}

function DeleteAccount() {
  const stepUp = useStepUp();
  const remove = (): Promise<unknown> =>
    stepUp.run(async (body) => {
      const { deletes_at } = await unwrap(api.DELETE("/api/v1/users/me", { body }));
      const isOver = new Date(deletes_at) <= new Date();
      showToast(isOver ? "Your account is deleted." : `Your account will be deleted on ${formatDay(deletes_at)}.`);
      endSession();
    });
  return (
    <Card title="Delete the account">
      <p>
        You are signed out everywhere at once. After a few days, all that you have logged is deleted for good. Until
        then, you keep the account if you just sign in again. A mail tells you the day.
      </p>
      <ErrorNote error={stepUp.error.value} />
      <ConfirmButton
        label="Delete my account"
        icon="trash"
        title="Delete your account?"
        confirmLabel="Delete it"
        onConfirm={async () => void (await remove())}
      >
        <p>All workouts, routines and records will be gone. Perhaps download your data first.</p>
      </ConfirmButton>
      {stepUp.dialog}
    </Card>
  );
}
