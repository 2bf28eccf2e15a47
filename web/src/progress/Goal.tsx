/** The goal of the week with its ring, and the streaks. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { Button } from "../ui/controls";
import { formatCount } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Card } from "../ui/Page";
import { GoalDialog } from "./GoalDialog";
import { describeGoal, goalShare } from "./words";

type GoalProps = {
  readonly goal: Schemas["GoalProgress"] | null;
  readonly streaks: Schemas["AllStreaks"];
  readonly onChange: () => unknown;
};

const RADIUS = 42;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

export function Goal({ goal, streaks, onChange }: GoalProps) {
  const isEditing = useSignal(false);
  const open = () => {
    isEditing.value = true;
  };
  return (
    <Card title="Goal of the week">
      {goal ? (
        <div class="goal">
          <svg viewBox="0 0 100 100" class="ring" aria-hidden="true">
            <circle cx="50" cy="50" r={RADIUS} class="ring-track" />
            <circle
              cx="50"
              cy="50"
              r={RADIUS}
              class="ring-value"
              stroke-dasharray={`${CIRCUMFERENCE * goalShare(goal)} ${CIRCUMFERENCE}`}
            />
          </svg>
          <p>
            <strong class="stat-value">{describeGoal(goal)}</strong>
            <br />
            {goal.reached ? "Reached. Well done!" : "You are on your way."}
          </p>
        </div>
      ) : (
        <p class="muted">A goal such as three workouts a week helps to keep at it.</p>
      )}
      <ul class="plain-rows">
        <Streak name="Days in a row" streaks={streaks.days} noun="day" />
        <Streak name="Weeks in a row" streaks={streaks.weeks} noun="week" />
      </ul>
      <Button variant="secondary" onClick={open}>
        {goal ? "Change the goal" : "Set a goal"}
      </Button>
      <GoalDialog
        isOpen={isEditing.value}
        onClose={() => {
          isEditing.value = false;
        }}
        onChange={onChange}
      />
    </Card>
  );
}

type StreakProps = { readonly name: string; readonly streaks: Schemas["Streaks"]; readonly noun: string };

function Streak({ name, streaks, noun }: StreakProps) {
  return (
    <li>
      <span class="with-icon">
        <Icon name="flame" size={18} /> {name}
      </span>
      <span>
        <strong>{formatCount(streaks.current.length, noun)}</strong>{" "}
        <span class="muted small">(longest: {formatCount(streaks.longest.length, noun)})</span>
      </span>
    </li>
  );
}
