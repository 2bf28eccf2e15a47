/** The layout of the heat map: a column for each week, a row for each day of the person's week. */
import { weekdayOf } from "./points";

const DAYS = 7;

/**
 * Return the weeks of consecutive days, each with seven places: null before the first day and after the last one.
 * `firstWeekday` is the day with which the person's week begins, from 0 for Monday.
 */
export function toWeeks<Day extends { readonly date: string }>(
  days: readonly Day[],
  firstWeekday: number,
): readonly (readonly (Day | null)[])[] {
  const [first] = days;
  if (first === undefined) return [];
  const offset = weekdayOf(new Date(`${first.date}T00:00:00Z`), firstWeekday);
  const count = Math.ceil((offset + days.length) / DAYS);
  return Array.from({ length: count }, (_week, week) =>
    Array.from({ length: DAYS }, (_day, day) => days[week * DAYS + day - offset] ?? null),
  );
}

/** Return the first day of the month that begins in a week, or null. */
export function findMonth(week: readonly ({ readonly date: string } | null)[]): string | null {
  return week.find((day) => day?.date.endsWith("-01"))?.date ?? null;
}
