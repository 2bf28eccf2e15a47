/** Numbers and dates as the person reads them: in their unit, time zone, week and language. */
import { computed } from "@preact/signals";
import { profile, unitSystem } from "../api/profile";

const KG_PER_LB = 0.45359237;
const METERS_PER_MILE = 1609.344;

/** The settings of the person that this browser knows: an older one may not know a time zone, nor a language. */
const known = computed(() => {
  const { locale, time_zone: timeZone } = profile.value ?? {};
  return {
    locale: locale && isKnown(() => new Intl.NumberFormat(locale)) ? locale : undefined,
    timeZone: timeZone && isKnown(() => new Intl.DateTimeFormat("en", { timeZone })) ? timeZone : undefined,
  };
});

function isKnown(use: () => unknown): boolean {
  try {
    use();
    return true;
  } catch {
    return false;
  }
}

function locale(): string | undefined {
  return known.value.locale;
}

function timeZone(): string | undefined {
  return known.value.timeZone;
}

export function formatNumber(value: number, maximumFractionDigits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits }).format(value);
}

/** Return a number as an input shows it: without groups, in digits that the client can read back. */
export function formatInput(value: number): string {
  const options = { maximumFractionDigits: 2, useGrouping: false, numberingSystem: "latn" } as const;
  return new Intl.NumberFormat(locale(), options).format(value);
}

/** Return a share such as 0.2 as `20%`, `20 %` or `%20`. */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(share);
}

/** The unit of weights: `kg` or `lb`. */
export function weightUnit(): "kg" | "lb" {
  return unitSystem.value === "imperial" ? "lb" : "kg";
}

/** Return a weight in the person's unit, from kilograms. */
export function toDisplayWeight(kilograms: number): number {
  return unitSystem.value === "imperial" ? kilograms / KG_PER_LB : kilograms;
}

/** Return kilograms, from a weight in the person's unit. */
export function toKilograms(weight: number): number {
  return unitSystem.value === "imperial" ? weight * KG_PER_LB : weight;
}

/** Return a weight. Kilograms have two decimals at most, as plates do; pounds one. */
export function formatWeight(kilograms: number, digits = unitSystem.value === "imperial" ? 1 : 2): string {
  return `${formatNumber(toDisplayWeight(kilograms), digits)} ${weightUnit()}`;
}

/** Return a volume, which may be thousands of kilograms: whole units, tonnes from 10,000 kg. */
export function formatVolume(kilograms: number): string {
  if (unitSystem.value === "metric" && kilograms >= 10_000) return `${formatNumber(kilograms / 1000, 1)} t`;
  return formatWeight(kilograms, 0);
}

export function formatDistance(meters: number): string {
  if (unitSystem.value === "imperial") return `${formatNumber(meters / METERS_PER_MILE, 2)} mi`;
  return meters < 1000 ? `${formatNumber(meters)} m` : `${formatNumber(meters / 1000, 2)} km`;
}

/** The unit in which a person enters a distance: `m` or `mi`. */
export function distanceUnit(): "m" | "mi" {
  return unitSystem.value === "imperial" ? "mi" : "m";
}

/** Return a distance in the unit of `distanceUnit`, from meters. */
export function toDisplayDistance(meters: number): number {
  return unitSystem.value === "imperial" ? meters / METERS_PER_MILE : meters;
}

/** Return meters, from a distance in the unit of `distanceUnit`. */
export function toMeters(distance: number): number {
  return unitSystem.value === "imperial" ? distance * METERS_PER_MILE : distance;
}

/** Return a duration such as `45 s`, `12:30` minutes or `1 h 05 min`; without minutes from 100 hours. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes}:${pad(whole % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? `${hours} h ${pad(minutes % 60)} min` : `${formatNumber(hours)} h`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

function formatWith(instant: string | Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: timeZone(), ...options }).format(new Date(instant));
}

/** Return a date such as `Mon, 23 Nov`, from an instant; with its year if that is not the present one. */
export function formatDay(instant: string | Date, now: Date = new Date()): string {
  const isThisYear = localDate(instant).slice(0, 4) === localDate(now).slice(0, 4);
  return formatWith(instant, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(!isThisYear && { year: "numeric" }),
  });
}

/** Return the local date (`2026-11-23`) of an instant in the person's time zone. By default, it is today's. */
export function localDate(instant: string | Date = new Date()): string {
  return new Intl.DateTimeFormat("sv", { timeZone: timeZone(), dateStyle: "short" }).format(new Date(instant));
}

/** Return a time of day as the language writes it, such as `00:59` in German, from an instant. */
export function formatTime(instant: string | Date): string {
  return formatWith(instant, { timeStyle: "short" });
}

/** Return a local date (`2026-11-23`), which has no time zone, such as `23 Nov 2026`. */
export function formatLocalDate(date: string, options?: Intl.DateTimeFormatOptions): string {
  const shape = options ?? { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...shape }).format(new Date(`${date}T00:00:00Z`));
}

/** Return `today`, `yesterday`, `3 days ago`, or the date of an instant. */
export function formatRelativeDay(instant: string | Date, now: Date = new Date()): string {
  const days = (Date.parse(localDate(now)) - Date.parse(localDate(instant))) / 86_400_000;
  // Words are in the language of the page.
  if (days >= 0 && days < 7) return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-days, "day");
  return formatDay(instant);
}

/** Return `1 rep` or `12 reps`: the count with the noun in the right number. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** Return a code of the API such as `upper_back` as words: `Upper back`. */
export function formatCode(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
