/** Records and goals in words. */
import type { Schemas } from "../api/client";
import { formatCount, formatDistance, formatDuration, formatNumber, formatWeight } from "../ui/format";

type RecordKind = Schemas["RecordKind"];
type GoalMetric = Schemas["GoalMetric"];

const RECORDS: Readonly<Record<RecordKind, string>> = {
  load: "Heaviest set",
  e1rm: "Strongest (estimated for one rep)",
  reps: "Most reps",
  reps_at_load: "Most reps at this weight",
  set_volume: "Most lifted in a set",
  duration: "Longest set",
  distance: "Farthest",
  reps_unbroken: "Most reps without a break",
  assistance: "Least assistance",
};

export function describeRecordKind(kind: RecordKind): string {
  return RECORDS[kind];
}

type RecordValue = Pick<Schemas["Record"], "kind" | "unit" | "value">;

/** Return a value of a record with its unit, as the person reads it. */
export function formatRecord({ kind, unit, value }: RecordValue): string {
  switch (unit) {
    case "kg":
      // An estimate is not more precise than the plates.
      return kind === "e1rm" ? formatWeight(value, 1) : formatWeight(value);
    case "reps":
      return formatCount(value, "rep");
    case "s":
      return formatDuration(value);
    case "m":
      return formatDistance(value);
  }
}

const GOAL_NOUNS: Readonly<Record<GoalMetric, string>> = { workouts: "workout", minutes: "minute", reps: "rep" };

/** Return a goal such as `2 of 3 workouts`. */
export function describeGoal(goal: Schemas["GoalProgress"]): string {
  return `${formatNumber(goal.value)} of ${formatCount(goal.target, GOAL_NOUNS[goal.metric])}`;
}

/** Return the share of a goal that is done, from 0 to 1. */
export function goalShare(goal: Schemas["GoalProgress"]): number {
  return Math.min(1, goal.value / goal.target);
}
