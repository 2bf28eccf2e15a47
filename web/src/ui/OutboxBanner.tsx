/** What is not on the server yet, and why. */
import { signal } from "@preact/signals";
import { discardRefused, refusedChanges, sendChanges, sendFailure, waitingChanges } from "../api/outbox";
import { describeError } from "../api/problems";
import { describeChange } from "../log/describeChange";
import { Button } from "./controls";
import { ConfirmButton } from "./Dialog";
import { formatCount } from "./format";
import { Icon } from "./Icon";

const isOnline = signal(navigator.onLine);
addEventListener("online", () => {
  isOnline.value = true;
});
addEventListener("offline", () => {
  isOnline.value = false;
});

export function OutboxBanner() {
  const waiting = waitingChanges.value.length;
  return (
    <div aria-live="polite">
      {!isOnline.value && (
        <p class="banner">
          <Icon name="offline" size={18} />
          {waiting === 0
            ? "You are offline. What you log is kept on this device and sent later."
            : `You are offline. ${formatCount(waiting, "change")} will be sent when you are back.`}
        </p>
      )}
      {isOnline.value && waiting > 0 && sendFailure.value !== null && <UnsentChanges />}
      {refusedChanges.value.length > 0 && <RefusedChanges />}
    </div>
  );
}

function UnsentChanges() {
  const { title, advice } = describeError(sendFailure.value);
  return (
    <div class="banner">
      <span>
        {formatCount(waitingChanges.value.length, "change")} not saved yet. {title} {advice}
      </span>
      <Button variant="quiet" onClick={() => void sendChanges()}>
        Try again
      </Button>
    </div>
  );
}

function RefusedChanges() {
  const changes = refusedChanges.value;
  const reasons = [...new Set(changes.map((change) => change.refusal))];
  return (
    <div class="banner">
      <span>
        {formatCount(changes.length, "change")} could not be saved. {reasons.join(" ")}
      </span>
      <ConfirmButton
        label="Discard"
        variant="quiet"
        title="Discard these changes?"
        confirmLabel="Discard"
        onConfirm={async () => {
          await discardRefused();
          await sendChanges();
        }}
      >
        <ul>
          {changes.map((change) => (
            <li key={change.sequence}>
              {describeChange(change)}. {change.refusal}
            </li>
          ))}
        </ul>
        <p>What the server has stays as it is.</p>
      </ConfirmButton>
    </div>
  );
}
