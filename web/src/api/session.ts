/**
 * The session of this browser. The access token is in memory only; the refresh token is in a cookie that no script
 * reads. It works once, so a Web Lock lets one tab refresh, and a channel gives the new token to the others.
 */
import { computed, signal } from "@preact/signals";
import { ApiError, type Problem } from "./problems";
import type { components } from "./schema";

type TokenResponse = components["schemas"]["TokenResponse"];
type Token = { readonly value: string; readonly expiresAt: number };
/** What tabs tell each other: a new token, or null at the end of the session. */
type Message = Token | null;

const LOCK = "exercise-buddy";
const REFRESH_BEFORE_MS = 30_000;
// A network that is down is not the end of a session: these answers are, and only of the refresh.
const SESSION_END_STATUS = 401;

const token = signal<Token | null>(null);
/** `unknown` until the first refresh of the page has an answer. */
const state = signal<"unknown" | "signed-in" | "signed-out">("unknown");
const channel = new BroadcastChannel("exercise-buddy");

export const sessionState = computed(() => state.value);
export const isSignedIn = computed(() => state.value === "signed-in");

channel.addEventListener("message", (event: MessageEvent<Message>) => apply(event.data));

function apply(message: Message): void {
  token.value = message;
  state.value = message === null ? "signed-out" : "signed-in";
}

function announce(message: Message): void {
  apply(message);
  channel.postMessage(message);
}

function isFresh(): boolean {
  return token.value !== null && Date.now() < token.value.expiresAt - REFRESH_BEFORE_MS;
}

/** Post to an endpoint that answers with tokens, and keep them. Throws ApiError. */
export async function requestTokens(path: string, body: BodyInit | object = {}): Promise<TokenResponse> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(`/api/v1${path}`, {
    method: "POST",
    credentials: "same-origin",
    headers: isForm ? {} : { "Content-Type": "application/json" },
    body: isForm ? body : JSON.stringify(body),
  }).catch(() => {
    throw ApiError.offline();
  });
  if (!response.ok) throw await ApiError.fromResponse(response);
  const tokens = (await response.json()) as TokenResponse;
  announce({ value: tokens.access_token, expiresAt: Date.now() + tokens.expires_in * 1000 });
  return tokens;
}

/** Return an access token that is valid, after a refresh if necessary. Throws ApiError. */
export async function getAccessToken(): Promise<string> {
  if (!isFresh()) {
    // A tab that waited for the lock finds the token of the tab that had it.
    await navigator.locks.request(LOCK, async () => {
      if (!isFresh()) await refresh();
    });
  }
  if (token.value === null) throw new ApiError(SESSION_ENDED);
  return token.value.value;
}

const SESSION_ENDED: Problem = { type: "/problems/unauthenticated", title: "Your session has ended", status: 401 };

async function refresh(): Promise<void> {
  try {
    await requestTokens("/auth/refresh");
  } catch (error) {
    if (error instanceof ApiError && error.status === SESSION_END_STATUS) announce(null);
    throw error;
  }
}

/** Drop the access token, so that the next request refreshes it: the server has refused it. */
export function dropAccessToken(): void {
  token.value = null;
}

/**
 * Find out whether this browser has a session. Without a network, one that was there before is still assumed: what is
 * stored on the device can be shown, and changes wait.
 */
export async function restoreSession(): Promise<void> {
  try {
    await getAccessToken();
  } catch (error) {
    const isOver = error instanceof ApiError && error.status === SESSION_END_STATUS;
    state.value = isOver ? "signed-out" : wasSignedIn() ? "signed-in" : "signed-out";
  }
  rememberState();
}

/** End the session on the server and in all tabs. */
export async function logOut(): Promise<void> {
  await fetch("/api/v1/auth/logout", { method: "POST", credentials: "same-origin" });
  announce(null);
  rememberState();
}

/** End the session in all tabs after the server has ended it, for example with the account. */
export function endSession(): void {
  announce(null);
  rememberState();
}

const REMEMBERED = "signed-in";

function wasSignedIn(): boolean {
  return localStorage.getItem(REMEMBERED) === "yes";
}

function rememberState(): void {
  if (state.value === "signed-in") localStorage.setItem(REMEMBERED, "yes");
  else localStorage.removeItem(REMEMBERED);
}
