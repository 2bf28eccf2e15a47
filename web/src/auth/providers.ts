/** Signing in with a provider. PKCE binds the code that comes back to this tab. */
import { publicApi, type Schemas, unwrap } from "../api/client";
import { formatCode } from "../ui/format";
import { readLocale, readTimeZone } from "./browser";

const VERIFIER = "code_verifier";
const NAMES: Readonly<Record<string, string>> = { github: "GitHub" };

/** Return the providers that the server offers. Throws ApiError. */
export async function listProviders(): Promise<readonly Schemas["ProviderEntry"][]> {
  return (await unwrap(publicApi.GET("/api/v1/auth/providers"))).items;
}

/** Return the name of a provider as people know it. */
export function formatProvider(name: string): string {
  return NAMES[name] ?? formatCode(name);
}

export function encodeBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Leave for the provider. The browser returns to the callback page, and from there to `next`. */
export async function startProviderSignIn(loginUrl: string, next: string): Promise<void> {
  const verifier = encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(VERIFIER, verifier);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({ code_challenge: encodeBase64Url(new Uint8Array(digest)), next });
  const timeZone = readTimeZone();
  const locale = readLocale();
  if (timeZone) query.set("time_zone", timeZone);
  if (locale) query.set("locale", locale);
  location.assign(`${loginUrl}?${query}`);
}

/** Return the verifier of the sign-in that this tab has started, once. Null if it has not. */
export function takeVerifier(): string | null {
  const verifier = sessionStorage.getItem(VERIFIER);
  sessionStorage.removeItem(VERIFIER);
  return verifier;
}
