/** The profile of the person who is signed in: unit, zone, week and language of all numbers and dates. */
import { computed, signal } from "@preact/signals";
import { api, type Schemas, unwrap } from "./client";
import { claimCopies, readCopy, storeCopy } from "./database";
import { ApiError } from "./problems";

export type Profile = Schemas["Profile"];
export type UnitSystem = Profile["unit_system"];

/** Null until it has loaded, and after the session has ended. */
export const profile = signal<Profile | null>(null);

export const unitSystem = computed<UnitSystem>(() => profile.value?.unit_system ?? "metric");

const COPY = "profile";

/** Load the profile. Until it is here, and without a network, the copy of this device is shown. Throws ApiError. */
export async function loadProfile(): Promise<Profile> {
  // Whoever calls this from an effect must not depend on the profile.
  const former = profile.peek() ?? (await readCopy<Profile>(COPY).catch(() => null));
  profile.value = former;
  let loaded = former;
  try {
    loaded = await unwrap(api.GET("/api/v1/users/me"));
    profile.value = loaded;
    await claimCopies(loaded.id);
    await storeCopy(COPY, loaded);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401 || loaded === null) throw error;
  }
  // Another tab has signed in somebody else: nothing that this one shows or holds is theirs.
  if (former !== null && former.id !== loaded.id) location.reload();
  return loaded;
}
