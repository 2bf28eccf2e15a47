/** The layout of the heat map: a column for each week, a row for each day of the person's week. */

export type Cell<Day> = { readonly day: Day; readonly column: number; readonly row: number };

const DAYS = 7;

/**
 * Place consecutive days on the grid. `firstWeekday` is the day with which the person's week begins, from 0 for Monday.
 */
export function placeDays<Day extends { readonly date: string }>(
  days: readonly Day[],
  firstWeekday: number,
): readonly Cell<Day>[] {
  const [first] = days;
  if (first === undefined) return [];
  const offset = rowOf(first.date, firstWeekday);
  return days.map((day, index) => ({
    day,
    column: Math.floor((offset + index) / DAYS),
    row: (offset + index) % DAYS,
  }));
}

function rowOf(date: string, firstWeekday: number): number {
  const sundayIsZero = new Date(`${date}T00:00:00Z`).getUTCDay();
  return (sundayIsZero + 6 - firstWeekday + DAYS) % DAYS;
}

/** Return the columns in which a month begins, with the first day of each. */
export function findMonths<Day extends { readonly date: string }>(
  cells: readonly Cell<Day>[],
): readonly { readonly column: number; readonly date: string }[] {
  return cells.filter(({ day }) => day.date.endsWith("-01")).map(({ column, day }) => ({ column, date: day.date }));
}
