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

/** Return a value of a record with its unit, as the person reads it. */
export function formatRecord(value: number, unit: Schemas["Record"]["unit"]): string {
  switch (unit) {
    case "kg":
      return formatWeight(value);
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
