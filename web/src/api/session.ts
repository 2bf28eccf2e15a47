/**
 * The session of this browser. The access token is in memory only; the refresh token is in a cookie that no script
 * reads. It works once, so a Web Lock lets one tab refresh, and a channel gives the new token to the others.
 */
import { batch, computed, signal } from "@preact/signals";
import { API_ORIGIN } from "./origin";
import { ApiError, type Problem } from "./problems";
import type { components } from "./schema";

type TokenResponse = components["schemas"]["TokenResponse"];
type Token = { readonly value: string; readonly expiresAt: number };
/** What tabs tell each other: a new token, or null at the end of the session, and why. */
type Message = { readonly token: Token | null; readonly cause: "sign-in" | "refresh" | "sign-out" | "ended" };

const LOCK = "exercise-buddy";
const REFRESH_BEFORE_MS = 30_000;
// A network that is down is not the end of a session: these answers are, and only of the refresh.
const SESSION_END_STATUS = 401;

const token = signal<Token | null>(null);
/** `unknown` until the first refresh of the page has an answer. */
const state = signal<"unknown" | "signed-in" | "signed-out">("unknown");
const ended = signal(false);
const signIns = signal(0);
const channel = new BroadcastChannel("exercise-buddy");

export const sessionState = computed(() => state.value);
export const isSignedIn = computed(() => state.value === "signed-in");
/** Whether the server has ended the last session of this browser, and the person has not. */
export const hasSessionEnded = computed(() => ended.value);
/** How many sign-ins any tab has made while this one is open. Each may be of another person. */
export const signInCount = computed(() => signIns.value);

channel.addEventListener("message", (event: MessageEvent<Message>) => apply(event.data));

function apply(message: Message): void {
  batch(() => {
    // Requests that were waiting hear of the same end.
    ended.value = message.cause === "ended" && (wasSignedIn() || ended.value);
    if (message.cause === "sign-in") signIns.value += 1;
    token.value = message.token;
    state.value = message.token === null ? "signed-out" : "signed-in";
  });
}

function announce(message: Message): void {
  apply(message);
  channel.postMessage(message);
  rememberState();
}

function isFresh(): boolean {
  return token.value !== null && Date.now() < token.value.expiresAt - REFRESH_BEFORE_MS;
}

/** Sign in at an endpoint that answers with tokens, and keep them. Throws ApiError. */
export async function requestTokens(path: string, body: object): Promise<TokenResponse> {
  // A refresh of the former session must not end after this and look like its end.
  return await navigator.locks.request(LOCK, () => fetchTokens(path, body, "sign-in"));
}

async function fetchTokens(path: string, body: object, cause: "sign-in" | "refresh"): Promise<TokenResponse> {
  const response = await fetch(`${API_ORIGIN}/api/v1${path}`, {
    method: "POST",
    credentials: "include",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw ApiError.offline();
  });
  if (!response.ok) throw await ApiError.fromResponse(response);
  const tokens = (await response.json()) as TokenResponse;
  announce({ token: { value: tokens.access_token, expiresAt: Date.now() + tokens.expires_in * 1000 }, cause });
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
    await fetchTokens("/auth/refresh", {}, "refresh");
  } catch (error) {
    if (error instanceof ApiError && error.status === SESSION_END_STATUS) announce({ token: null, cause: "ended" });
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
    state.value = !isOver && wasSignedIn() ? "signed-in" : "signed-out";
  }
}

/** End the session on the server and in all tabs. Throws ApiError. */
export async function logOut(): Promise<void> {
  const response = await fetch(`${API_ORIGIN}/api/v1/auth/logout`, { method: "POST", credentials: "include" }).catch(
    () => {
      throw ApiError.offline();
    },
  );
  if (!response.ok) throw await ApiError.fromResponse(response);
  endSession();
}

/** End the session in all tabs after the server has ended it, for example with the account. */
export function endSession(): void {
  announce({ token: null, cause: "sign-out" });
}

const REMEMBERED = "signed-in";

function wasSignedIn(): boolean {
  return localStorage.getItem(REMEMBERED) === "yes";
}

function rememberState(): void {
  if (state.value === "signed-in") localStorage.setItem(REMEMBERED, "yes");
  else localStorage.removeItem(REMEMBERED);
}
