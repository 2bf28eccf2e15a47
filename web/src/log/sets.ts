/** What the sets of an exercise are measured in, and how they read. */
import type { Schemas } from "../api/client";
import {
  distanceUnit,
  formatCount,
  formatDistance,
  formatDuration,
  formatInput,
  formatNumber,
  formatWeight,
  toDisplayDistance,
  toDisplayWeight,
  toKilograms,
  toMeters,
  weightUnit,
} from "../ui/format";
import type { WorkoutSet } from "./apply";

export type Measures = Schemas["Measures"];
type Values = Pick<WorkoutSet, "reps" | "weight_kg" | "assistance_kg" | "duration_seconds" | "distance_meters">;

/** One number that a person enters for a set. */
export type SetField = {
  readonly name: "weight_kg" | "reps" | "duration_seconds" | "distance_meters";
  readonly label: string;
  readonly unit: () => string;
  /** From the stored value to the number that is shown, and back. */
  readonly toShown: (stored: number) => number;
  readonly toStored: (shown: number) => number;
  readonly isWhole: boolean;
  /** The smallest stored value; by default 0. */
  readonly min?: number;
  /** The largest stored value that the API accepts. */
  readonly max: number;
};

const same = (value: number): number => value;
const round = (value: number): number => Math.round(value * 100) / 100;

export const WEIGHT: SetField = {
  name: "weight_kg",
  label: "Weight",
  unit: weightUnit,
  toShown: (stored) => round(toDisplayWeight(stored)),
  // As many decimals as are stored.
  toStored: (shown) => Math.round(toKilograms(shown) * 10_000) / 10_000,
  isWhole: false,
  max: 2000,
};
const REPS: SetField = {
  name: "reps",
  label: "Reps",
  unit: () => "",
  toShown: same,
  toStored: same,
  isWhole: true,
  max: 100_000,
};
const DURATION: SetField = {
  name: "duration_seconds",
  label: "Seconds",
  unit: () => "s",
  toShown: round,
  toStored: same,
  isWhole: false,
  // A week.
  max: 604_800,
};
const DISTANCE: SetField = {
  name: "distance_meters",
  label: "Distance",
  unit: distanceUnit,
  toShown: (stored) => round(toDisplayDistance(stored)),
  toStored: (shown) => round(toMeters(shown)),
  isWhole: false,
  max: 2_000_000,
};

/** How many sets of an exercise are planned. */
export const SETS: Omit<SetField, "name"> = {
  label: "Sets",
  unit: () => "",
  toShown: same,
  toStored: same,
  isWhole: true,
  min: 1,
  max: 20,
};

const FIELDS: Readonly<Record<Measures, readonly SetField[]>> = {
  weight_reps: [WEIGHT, REPS],
  reps: [WEIGHT, REPS],
  duration: [DURATION],
  distance_duration: [DISTANCE, DURATION],
};

/** Return the fields to enter for an exercise. Without its measures, its sets and plans tell. */
export function findFields(measures: Measures | null, examples: readonly Values[]): readonly SetField[] {
  if (measures !== null) return FIELDS[measures];
  if (examples.some((values) => values.distance_meters !== null)) return FIELDS.distance_duration;
  if (examples.some((values) => values.duration_seconds !== null && values.reps === null)) return FIELDS.duration;
  return FIELDS.weight_reps;
}

/** Return a set as a person says it: `80 kg × 8`, `12 reps`, `45 s`. */
export function describeSet(values: Values): string {
  const parts: string[] = [];
  if (values.reps !== null && values.weight_kg) {
    parts.push(`${formatWeight(values.weight_kg, 2)} × ${formatNumber(values.reps)}`);
  } else {
    if (values.reps !== null) parts.push(formatCount(values.reps, "rep"));
    if (values.weight_kg) parts.push(formatWeight(values.weight_kg, 2));
  }
  if (values.assistance_kg !== null) parts.push(`${formatWeight(values.assistance_kg)} assistance`);
  if (values.distance_meters !== null) parts.push(formatDistance(values.distance_meters));
  if (values.duration_seconds !== null) parts.push(formatDuration(values.duration_seconds));
  return parts.join(", ") || "empty set";
}

/** Parse a number that a person has typed, with a comma or a point. Null if the text is not a number. */
export function parseNumber(text: string, isWhole: boolean): number | null {
  const normalized = text.trim().replace(",", ".");
  if (!/^\d+(\.\d+)?$/.test(normalized)) return null;
  const value = Number(normalized);
  return isWhole && !Number.isInteger(value) ? null : value;
}

/** Return a stored value as its field shows it; empty without one. */
export function showField(field: Pick<SetField, "toShown">, stored: number | null | undefined): string {
  return stored === null || stored === undefined ? "" : formatInput(field.toShown(stored));
}

export type ReadField = { readonly value: number | null; readonly error: string | null };

/**
 * Return the value to store of what a person has typed, null for nothing, or what is wrong with it.
 *
 * A field shows `before` rounded, in the person's unit: what was not changed stays as it is stored.
 */
export function readField(field: Omit<SetField, "name">, text: string, before: number | null | undefined): ReadField {
  if (text === showField(field, before)) return { value: before ?? null, error: null };
  const typed = parseNumber(text, field.isWhole);
  if (typed === null) return { value: null, error: text.trim() === "" ? null : describeNumber(field) };
  const value = field.toStored(typed);
  const [min, max] = [field.min ?? 0, field.max];
  if (value >= min && value <= max) return { value, error: null };
  const bound = formatNumber(field.toShown(value < min ? min : max), 2);
  return { value: null, error: `Enter ${[bound, field.unit()].join(" ").trim()} or ${value < min ? "more" : "less"}.` };
}

/** Return what to enter into a field. */
export function describeNumber({ isWhole }: Pick<SetField, "isWhole">): string {
  return isWhole ? "Enter a whole number, such as 8." : "Enter a number, such as 22.5.";
}
