/** Periods, and the points of charts. */
import type { Schemas } from "../api/client";

export type ChartPoint = { readonly date: string; readonly value: number | null };
type Bucket = Schemas["Bucket"];

/** A period until today. `days` is null for all time. */
export type Period = { readonly name: string; readonly days: number | null; readonly bucket: Bucket };

export const PERIODS: readonly Period[] = [
  { name: "4 weeks", days: 28, bucket: "day" },
  { name: "3 months", days: 91, bucket: "week" },
  { name: "1 year", days: 365, bucket: "week" },
  { name: "All time", days: null, bucket: "month" },
];

/** Return the first local day of a period that ends on a local day, both included; null for all time. */
export function firstDay(period: Period, today: string): string | null {
  if (period.days === null) return null;
  const date = new Date(`${today}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - period.days + 1);
  return date.toISOString().slice(0, 10);
}

/** Return today's local date (`2026-11-27`) in a time zone. */
export function localToday(timeZone: string | undefined, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short" }).format(now);
}

/** Return how a number compares with the one of the period before, in words. */
export function describeChange(now: number, before: number | undefined): string | undefined {
  if (before === undefined || (now === 0 && before === 0)) return undefined;
  if (before === 0) return "nothing before";
  const percent = Math.round((now / before - 1) * 100);
  if (percent === 0) return "as before";
  return `${Math.abs(percent)} % ${percent > 0 ? "more" : "less"} than before`;
}
