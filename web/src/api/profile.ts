/** The profile of the person who is signed in: unit, zone, week and language of all numbers and dates. */
import { computed, signal } from "@preact/signals";
import { api, type Schemas, unwrap } from "./client";

export type Profile = Schemas["Profile"];
export type UnitSystem = Profile["unit_system"];

/** Null until it has loaded, and after the session has ended. */
export const profile = signal<Profile | null>(null);

export const unitSystem = computed<UnitSystem>(() => profile.value?.unit_system ?? "metric");

/** Load the profile. Throws ApiError. */
export async function loadProfile(): Promise<Profile> {
  profile.value = await unwrap(api.GET("/api/v1/users/me"));
  return profile.value;
}
