/** What happened to the account recently. */
import { api, unwrap } from "../api/client";
import { Pending } from "../ui/feedback";
import { formatRelativeDay, formatTime } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { describeDevice, describeEvent } from "./words";

export function Events() {
  const events = useResource(
    async () => (await unwrap(api.GET("/api/v1/auth/events", { params: { query: { limit: 10 } } }))).items,
  );
  const items = events.data.value;
  return (
    <Card title="What happened recently">
      <p class="muted">Something that was not you? Choose a new password, and sign out all other devices.</p>
      <Pending of={events} />
      <ul class="list">
        {items?.map((event) => (
          <li key={event.id} class="setting-row">
            <span>
              {describeEvent(event)}
              <span class="muted">
                {formatRelativeDay(event.created_at)}, {formatTime(event.created_at)},{" "}
                {describeDevice(event.user_agent)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
