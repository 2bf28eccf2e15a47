/** Creating an account, and the first sign-in to it. */
import { api, publicApi, unwrap } from "../api/client";
import { ApiError } from "../api/problems";
import { loadProfile } from "../api/profile";
import { requestTokens } from "../api/session";
import { readLocale, readTimeZone, usesAmericanUnits } from "./browser";

export type NewAccount = { readonly name: string; readonly email: string; readonly password: string };

/** What comes after a registration. A server that hides addresses wants the address confirmed first. */
export type Outcome = "signed-in" | "confirm-address";

/** Create an account with the time zone and the language of the browser, and sign in. Throws ApiError. */
export async function register({ name, email, password }: NewAccount): Promise<Outcome> {
  const timeZone = readTimeZone();
  const locale = readLocale();
  const body = {
    email,
    password,
    ...(name.trim() && { display_name: name }),
    ...(timeZone && { time_zone: timeZone }),
    ...(locale && { locale }),
  };
  await unwrap(publicApi.POST("/api/v1/auth/register", { body }));
  try {
    await requestTokens("/auth/login", { username: email, password });
  } catch (error) {
    if (error instanceof ApiError && error.type === "invalid-credentials") return "confirm-address";
    throw error;
  }
  if (usesAmericanUnits(locale, timeZone)) {
    await api.PATCH("/api/v1/users/me", { body: { unit_system: "imperial", week_starts_on: "sunday" } });
    await loadProfile();
  }
  return "signed-in";
}
