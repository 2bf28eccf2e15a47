/** The API, with types generated from its OpenAPI document. */
import createClient from "openapi-fetch";
import { API_ORIGIN } from "./origin";
import { ApiError } from "./problems";
import type { components, paths } from "./schema";
import { dropAccessToken, getAccessToken } from "./session";

export type Schemas = components["schemas"];

const MAX_ATTEMPTS = 4;
const TRANSIENT = new Set([429, 502, 503, 504]);
const SAFE_TO_REPEAT = new Set(["GET", "HEAD", "PUT", "DELETE"]);
// A longer wait is shown to the person instead.
const MAX_WAIT_SECONDS = 5;

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Send a request with the access token. Repeat it after transient failures if a repetition changes nothing. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const mayRepeat = SAFE_TO_REPEAT.has(request.method) || request.headers.has("Idempotency-Key");
  let refused = false;
  for (let attempt = 1; ; attempt += 1) {
    const sent = request.clone();
    sent.headers.set("Authorization", `Bearer ${await getAccessToken()}`);
    const response = await fetch(sent).catch((error: unknown) => {
      if (request.signal.aborted) throw error;
      return null;
    });
    if (response?.status === 401 && !refused && (await isTokenRefused(response))) {
      refused = true;
      dropAccessToken();
      continue;
    }
    if (response && !TRANSIENT.has(response.status)) return response;
    const seconds = Number(response?.headers.get("Retry-After") ?? 2 ** attempt * (0.25 + Math.random() / 4));
    if (mayRepeat && navigator.onLine && attempt < MAX_ATTEMPTS && seconds <= MAX_WAIT_SECONDS) await sleep(seconds);
    else if (response) return response;
    else throw ApiError.offline();
  }
}

/** A 401 can also mean a wrong password in the body, which a new token does not change. */
async function isTokenRefused(response: Response): Promise<boolean> {
  const error = await ApiError.fromResponse(response.clone());
  return error.type === "unauthenticated";
}

export const api = createClient<paths>({ baseUrl: API_ORIGIN, fetch: authorizedFetch });

/** The API without an access token, for people who are not signed in. */
export const publicApi = createClient<paths>({
  baseUrl: API_ORIGIN,
  fetch: (request) =>
    fetch(request).catch(() => {
      throw ApiError.offline();
    }),
});

type Result<Data> = { data?: Data; error?: unknown; response: Response };

/** Return the data of a response. Throws ApiError. */
export async function unwrap<Data>(pending: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await pending;
  if (response.ok) return data as Data;
  throw ApiError.fromBody(error, response);
}

/** Return the data and the `ETag` of a response. Throws ApiError. */
export async function unwrapTagged<Data>(pending: Promise<Result<Data>>): Promise<{ data: Data; etag: string | null }> {
  const result = await pending;
  return { data: await unwrap(Promise.resolve(result)), etag: result.response.headers.get("ETag") };
}
