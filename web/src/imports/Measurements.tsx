/** What a file has of body measurements, in a sentence. */
import { formatCount, formatNumber } from "../ui/format";
import type { Report } from "./upload";

/** Return "3 workouts", "2 body measurements", or both; what there is none of is left out. */
export function formatContent(workouts: number, measurements: number): string {
  const parts = [];
  if (workouts > 0 || measurements === 0) parts.push(formatCount(workouts, "workout"));
  if (measurements > 0) parts.push(formatCount(measurements, "body measurement"));
  return parts.join(" and ");
}

export function hasMeasurements({ body_measurements: found }: Report): boolean {
  return found.new + found.equal + found.changed + found.skipped + found.left_out.length > 0;
}

/** A sentence about new, known and different measurements, and one about values that are not stored. */
export function Measurements({ report }: { readonly report: Report }) {
  const found = report.body_measurements;
  if (!hasMeasurements(report)) return null;
  const parts = [`${formatCount(found.new, "body measurement is", "body measurements are")} new`];
  if (found.equal > 0) parts.push(`${formatCount(found.equal, "is", "are")} here already`);
  if (found.changed > 0) parts.push(`${formatCount(found.changed, "differs", "differ")} from what is here`);
  if (found.skipped > 0) parts.push(`${formatNumber(found.skipped)} cannot be used`);
  const leftOut = found.left_out.map((values) => `${values.name} (${formatNumber(values.count)})`);
  return (
    <>
      <p>{parts.join(", ")}.</p>
      {leftOut.length > 0 && (
        <p class="muted">Only body weight and body fat are kept. These values are left out: {leftOut.join(", ")}.</p>
      )}
    </>
  );
}
