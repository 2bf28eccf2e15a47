/** The rest after a set: time that goes down, or up if nobody has said how long it is. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../ui/controls";

type Rest = { readonly startedAt: number; readonly seconds: number | null };

const rest = signal<Rest | null>(null);
const now = signal(Date.now());

/** Begin the rest after a set. Null seconds: the time since the set is shown. */
export function startRest(seconds: number | null): void {
  now.value = Date.now();
  rest.value = { startedAt: Date.now(), seconds };
}

export function RestTimer() {
  const current = rest.value;
  useEffect(() => {
    if (current === null) return undefined;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 250);
    return () => clearInterval(timer);
  }, [current]);
  if (current === null) return null;
  const elapsed = Math.floor((now.value - current.startedAt) / 1000);
  const left = current.seconds === null ? null : Math.max(0, current.seconds - elapsed);
  const isOver = left === 0;
  return (
    <div class="rest">
      <span role="timer">
        {isOver ? "Rest is over" : "Rest"} <strong>{formatClock(left ?? elapsed)}</strong>
      </span>
      <span class="visually-hidden" role="status">
        {isOver ? "The rest is over. Begin the next set." : ""}
      </span>
      <Button
        variant="secondary"
        onClick={() => {
          rest.value = null;
        }}
      >
        {isOver ? "OK" : "Skip"}
      </Button>
    </div>
  );
}

export function formatClock(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
