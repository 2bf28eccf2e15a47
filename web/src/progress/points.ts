/** Periods, and the points of charts. */
import type { Schemas } from "../api/client";
import { formatPercent } from "../ui/format";

export type ChartPoint = { readonly date: string; readonly value: number | null };
type Bucket = Schemas["Bucket"];

/** A period until today. `days` is null for all time, whose length decides about the bucket. */
export type Period = { readonly name: string; readonly days: number | null; readonly bucket: Bucket | null };

export const PERIODS: readonly Period[] = [
  { name: "4 weeks", days: 28, bucket: "day" },
  { name: "3 months", days: 91, bucket: "week" },
  { name: "1 year", days: 365, bucket: "month" },
  { name: "All time", days: null, bucket: null },
];

const DAY_MS = 86_400_000;
// On a phone, more bars than this are thinner than the gaps between them.
const MAX_BARS = 31;
const DAYS_OF_BUCKETS: readonly (readonly [Bucket, number])[] = [
  ["day", 1],
  ["week", 7],
  ["month", 30.44],
  ["year", 365.25],
];

/** Return the shortest bucket in which the days from one local date to another are bars that can be told apart. */
export function chooseBucket(from: string, to: string): Bucket {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return DAYS_OF_BUCKETS.find(([, length]) => days / length <= MAX_BARS)?.[0] ?? "year";
}

/**
 * Return the first local day of a period that ends on a local day, both included; null for all time.
 *
 * It begins with a whole bucket: half a week or month at the left end would look like a bad one.
 */
export function firstDay(period: Period, today: string, firstWeekday: number): string | null {
  if (period.days === null) return null;
  const date = new Date(`${today}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - period.days + 1);
  if (period.bucket === "week") date.setUTCDate(date.getUTCDate() + ((7 - weekdayOf(date, firstWeekday)) % 7));
  if (period.bucket === "month" && date.getUTCDate() > 1) date.setUTCMonth(date.getUTCMonth() + 1, 1);
  return date.toISOString().slice(0, 10);
}

export const WEEKDAYS: readonly Schemas["Weekday"][] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** Return the place of a date in a week that begins on a weekday, from 0; weekdays count from 0 for Monday. */
export function weekdayOf(date: Date, firstWeekday: number): number {
  return (date.getUTCDay() + 6 - firstWeekday + 7) % 7;
}

/** Return how a number compares with the one of the period before, in words. */
export function describeChange(now: number, before: number | undefined): string | undefined {
  if (before === undefined || (now === 0 && before === 0)) return undefined;
  if (before === 0) return "nothing before";
  const change = Math.round((now / before - 1) * 100) / 100;
  if (change === 0) return "as before";
  return `${formatPercent(Math.abs(change))} ${change > 0 ? "more" : "less"} than before`;
}
