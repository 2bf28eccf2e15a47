/** The profile of the person who is signed in: unit, zone, week and language of all numbers and dates. */
import { computed, signal } from "@preact/signals";
import { api, type Schemas, unwrap } from "./client";
import { readCopy, storeCopy } from "./database";
import { ApiError } from "./problems";

export type Profile = Schemas["Profile"];
export type UnitSystem = Profile["unit_system"];

/** Null until it has loaded, and after the session has ended. */
export const profile = signal<Profile | null>(null);

export const unitSystem = computed<UnitSystem>(() => profile.value?.unit_system ?? "metric");

const COPY = "profile";

/** Load the profile. Without a network, the copy of this device is what there is. Throws ApiError. */
export async function loadProfile(): Promise<Profile> {
  const former = profile.peek();
  try {
    profile.value = await unwrap(api.GET("/api/v1/users/me"));
    await storeCopy(COPY, profile.value);
  } catch (error) {
    const copy = await readCopy<Profile>(COPY);
    if (!(error instanceof ApiError) || error.status === 401 || copy === null) throw error;
    profile.value = copy;
  }
  // Another tab has signed in somebody else: nothing that this one shows or holds is theirs.
  if (former !== null && former.id !== profile.value.id) location.reload();
  return profile.value;
}
