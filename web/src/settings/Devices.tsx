/** Where the account is signed in. */
import { api, unwrap } from "../api/client";
import { Button } from "../ui/controls";
import { ErrorNote, Loading, showToast } from "../ui/feedback";
import { formatRelativeDay } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { useStepUp } from "./StepUp";
import { describeDevice } from "./words";

export function Devices() {
  const sessions = useResource(
    async () => (await unwrap(api.GET("/api/v1/auth/sessions", { params: { query: { limit: 50 } } }))).items,
  );
  const stepUp = useStepUp();
  const signOut = (id: string): Promise<boolean> =>
    stepUp.run(async (body) => {
      const params = { path: { session_id: id } };
      await unwrap(api.DELETE("/api/v1/auth/sessions/{session_id}", { params, body }));
      await sessions.reload();
      showToast("That device is signed out.");
    });
  const signOutOthers = (): Promise<boolean> =>
    stepUp.run(async (body) => {
      await unwrap(api.DELETE("/api/v1/auth/sessions", { params: { query: { except: "current" } }, body }));
      await sessions.reload();
      showToast("All other devices are signed out.");
    });
  const items = sessions.data.value;
  return (
    <Card title="Your devices">
      <ErrorNote error={stepUp.error.value ?? sessions.error.value} onRetry={sessions.reload} />
      {items === null && sessions.isLoading.value && <Loading />}
      <ul class="list">
        {items?.map(({ id, user_agent, address, current, last_used_at }) => (
          <li key={id} class="setting-row">
            <span>
              {describeDevice(user_agent)} {current && <span class="chip">this device</span>}
              <span class="muted">
                Used {formatRelativeDay(last_used_at)}
                {address && `, from ${address}`}
              </span>
            </span>
            {!current && (
              <Button variant="quiet" isBusy={stepUp.isBusy.value} onClick={() => void signOut(id)}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items && items.length > 1 && (
        <Button variant="danger" isBusy={stepUp.isBusy.value} onClick={() => void signOutOthers()}>
          Sign out all other devices
        </Button>
      )}
      {stepUp.dialog}
    </Card>
  );
}
