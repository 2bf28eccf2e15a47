/** What the server says in the address of the callback page, and what it means for a person. */
import type { ErrorText } from "../api/problems";
import { readNext } from "./next";

export type Callback =
  | { readonly kind: "code"; readonly code: string; readonly next: string }
  | { readonly kind: "linked"; readonly provider: string; readonly next: string }
  | { readonly kind: "error"; readonly error: string; readonly next: string };

/** Parse the query of the callback page. */
export function parseCallback(search: string): Callback {
  const query = new URLSearchParams(search);
  const next = readNext(query.get("next") ?? undefined);
  const [code, provider] = [query.get("code"), query.get("linked")];
  if (query.has("error")) return { kind: "error", error: query.get("error") ?? "", next };
  if (code) return { kind: "code", code, next };
  if (provider) return { kind: "linked", provider, next };
  return { kind: "error", error: "invalid_state", next };
}

const TEXTS: Readonly<Record<string, ErrorText>> = {
  access_denied: { title: "You have cancelled.", advice: "Nothing has changed. Try again, or choose another way." },
  invalid_state: {
    title: "This took too long or was finished already.",
    advice: "Please start again, in the same window.",
  },
  provider_error: {
    title: "The other service does not answer as it should.",
    advice: "Try again in a moment, or choose another way to sign in.",
  },
  email_unverified: {
    title: "Your e-mail address is not confirmed there.",
    advice: "Confirm it at the other service first, or create an account here with a password.",
  },
  account_disabled: {
    title: "This account is locked.",
    advice: "Please write to the people who run this server.",
  },
  identity_taken: {
    title: "This is the way into another account.",
    advice: "Sign in with it to see which one, and remove it there first.",
  },
  identity_conflict: {
    title: "Your account has another identity at this service already.",
    advice: "Sign in to your account in the way you are used to. You can remove the other identity in the settings.",
  },
  temporarily_unavailable: {
    title: "Your account is being restored.",
    advice: "Try again in a few minutes.",
  },
};

const OTHER: ErrorText = {
  title: "The sign-in did not work.",
  advice: "Try again, or choose another way to sign in.",
};

/** Return sentences for the `error` of a callback. */
export function describeCallbackError(error: string): ErrorText {
  return TEXTS[error] ?? OTHER;
}
