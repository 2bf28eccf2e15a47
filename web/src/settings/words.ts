/** Devices and events of the security log in words. */
import type { Schemas } from "../api/client";
import { formatProvider } from "../auth/providers";
import { formatCode } from "../ui/format";

// The first that occurs names the browser: each names those before it, to be taken for them.
const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["HeadlessChrome", "Chrome"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS", "Mac"],
  ["CrOS", "Chromebook"],
  ["Linux", "Linux"],
] as const;

/** Return a device such as `Firefox on Linux`, from what it says it is. */
export function describeDevice(userAgent: string | null): string {
  if (!userAgent) return "An unknown program";
  const browser = BROWSERS.find(([mark]) => userAgent.includes(`${mark}/`))?.[1];
  const system = SYSTEMS.find(([mark]) => userAgent.includes(mark))?.[1];
  // Programs name themselves first.
  return [browser ?? userAgent.split(/[/ (]/)[0], system].filter(Boolean).join(" on ");
}

type Entry = Schemas["SecurityEventEntry"];

const EVENTS: Readonly<Partial<Record<Entry["kind"], string>>> = {
  registered: "You created the account",
  registration_refused: "Somebody tried to create an account with your address",
  signed_in: "Signed in",
  sign_in_failed: "A sign-in with a wrong password",
  signed_out: "Signed out",
  sessions_ended: "Devices were signed out",
  refresh_token_reused: "A device was signed out, because a copy of its session was used",
  step_up_failed: "A wrong password before a change of the account",
  password_changed: "The password was changed",
  password_reset_requested: "A link for a new password was asked for",
  password_reset: "A new password was chosen by a link in a mail",
  email_verified: "The e-mail address was confirmed",
  email_change_requested: "Another e-mail address was entered, and is to be confirmed",
  email_changed: "The e-mail address was changed",
  identity_linked: "A way to sign in was added",
  identity_unlinked: "A way to sign in was removed",
  account_taken_over: "The owner of the e-mail address took the account over",
  account_disabled: "The account was locked",
  account_enabled: "The account was unlocked",
  account_deletion_requested: "The deletion of the account was requested",
  account_deletion_cancelled: "The deletion of the account was cancelled by a sign-in",
};

const NO_PROVIDERS = new Set(["password", "operator"]);

/** Return what an event of the security log means. */
export function describeEvent({ kind, details }: Pick<Entry, "kind" | "details">): string {
  const text = EVENTS[kind] ?? formatCode(kind);
  const { provider, method } = details;
  const way = provider ?? method;
  return typeof way === "string" && !NO_PROVIDERS.has(way) ? `${text} (${formatProvider(way)})` : text;
}
