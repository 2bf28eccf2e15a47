/** Problems of the API (RFC 9457) as errors, and as sentences that say what to do. */
import type { components } from "./schema";

export type FieldError = components["schemas"]["ProblemField"];
/** The members of a problem that this client reads. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string | null;
  readonly errors?: readonly FieldError[] | null;
  readonly request_id?: string | null;
};

export const OFFLINE = "offline";

export class ApiError extends Error {
  readonly retryAfterSeconds: number | null;

  constructor(
    readonly problem: Problem,
    retryAfterSeconds: number | null = null,
  ) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The last part of the type, for example `invalid-input`. */
  get type(): string {
    return this.problem.type.replace("/problems/", "");
  }

  /** The message for one field of the input, by its JSON pointer. */
  messageFor(pointer: string): string | null {
    const found = this.problem.errors?.find((error) => error.pointer === pointer);
    return found ? describeField(found) : null;
  }

  /** Whether there is nothing at the address that was asked for, or cannot be: it contains no id. */
  get isMissing(): boolean {
    const errors = this.problem.errors ?? [];
    return this.status === 404 || (errors.length > 0 && errors.every(({ location }) => location === "path"));
  }

  static async fromResponse(response: Response): Promise<ApiError> {
    return ApiError.fromBody(await response.json().catch(() => null), response);
  }

  /** Return the error of a response whose body was read. */
  static fromBody(body: unknown, response: Response): ApiError {
    const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
    const problem = isProblem(body)
      ? body
      : {
          type: "/problems/unexpected",
          title: "The server answered with something unexpected",
          status: response.status,
        };
    return new ApiError(problem, Number.isFinite(seconds) ? seconds : null);
  }

  static offline(): ApiError {
    return new ApiError({ type: OFFLINE, title: "You are offline", status: 0 });
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && "title" in body && "status" in body;
}

/** What happened, and what a person can do about it. */
export type ErrorText = { readonly title: string; readonly advice: string };

const TEXTS: Readonly<Record<string, ErrorText>> = {
  [OFFLINE]: { title: "You are offline.", advice: "Check your connection. What you log is kept and sent later." },
  unauthenticated: { title: "Your session has ended.", advice: "Sign in again to go on." },
  "invalid-refresh-token": { title: "Your session has ended.", advice: "Sign in again to go on." },
  "invalid-credentials": {
    title: "This does not match an account.",
    advice:
      "Check the address and the password. If you have not opened the link in our mail to confirm your address, do that first.",
  },
  "wrong-password": { title: "That is not your current password.", advice: "Try again." },
  "insufficient-user-authentication": {
    title: "This needs your password.",
    advice: "Enter the current password of your account.",
  },
  "invalid-link": {
    title: "This link has expired or was used already.",
    advice: "Links in mails work once and for a limited time. Ask for a new one.",
  },
  "invalid-code": { title: "This sign-in took too long or was finished already.", advice: "Please start it again." },
  "email-taken": {
    title: "There is an account with this address already.",
    advice: "Sign in, or choose a new password if you do not know the old one.",
  },
  "username-taken": { title: "Somebody else has this user name.", advice: "Choose another one." },
  "last-way-to-sign-in": {
    title: "This is your only way to sign in.",
    advice: "Set a password or add another way first.",
  },
  "account-gone": { title: "This account does not exist anymore.", advice: "You can create a new one." },
  "restore-running": {
    title: "Your account is being restored.",
    advice: "Nothing can be saved until that is done. What you log is kept and sent then.",
  },
  "not-found": { title: "This does not exist anymore.", advice: "It may have been deleted on another device." },
  "precondition-failed": {
    title: "Another device changed this first.",
    advice: "The newest version is shown now. Make your change again if you still want it.",
  },
};

/** What is wrong with a value, by the code of the API. `#` stands for the limit. */
const FIELD_TEXTS: Readonly<Record<string, string>> = {
  missing: "This is needed.",
  string_too_short: "Enter at least # characters.",
  string_too_long: "Enter # characters at most.",
  less_than_equal: "Enter # or less.",
  less_than: "Enter less than #.",
  greater_than_equal: "Enter # or more.",
  greater_than: "Enter more than #.",
  too_long: "There are more than #.",
  int_parsing: "Enter a whole number.",
  int_type: "Enter a whole number.",
  int_from_float: "Enter a whole number.",
  float_parsing: "Enter a number.",
  float_type: "Enter a number.",
  finite_number: "Enter a number.",
  string_type: "Enter a text.",
  date_parsing: "Enter a date.",
  date_from_datetime_parsing: "Enter a date.",
};

/** Return what is wrong with a value as a sentence. Messages that people wrote for people stay as they are. */
export function describeField({ code, message }: Pick<FieldError, "code" | "message">): string {
  const text = FIELD_TEXTS[code];
  const limit = /\d[\d.]*$|\d[\d.]*(?= character)/.exec(message)?.[0] ?? "";
  if (text === undefined || (text.includes("#") && limit === "")) return message;
  return text.replace("#", limit);
}

/** Return sentences for any error. Nothing here shows codes or technical words. */
export function describeError(error: unknown): ErrorText {
  if (!(error instanceof ApiError)) {
    return {
      title: "Something went wrong in this page.",
      advice: "Load the page again. Nothing that you saved is lost.",
    };
  }
  if (error.type === OFFLINE && navigator.onLine) {
    return { title: "The server cannot be reached.", advice: "Check your connection, and try again in a moment." };
  }
  const known = TEXTS[error.isMissing ? "not-found" : error.type];
  if (known) return known;
  if (error.status === 429) {
    return { title: "That was a bit much at once.", advice: `Try again ${formatWait(error.retryAfterSeconds ?? 60)}.` };
  }
  if (error.status >= 500) {
    return { title: "The server is busy or restarting.", advice: "Wait a moment and try again. Nothing is lost." };
  }
  const messages = (error.problem.errors ?? []).map(describeField);
  if (messages.length > 0)
    return { title: "Please check what you entered.", advice: messages.map(endSentence).join(" ") };
  return {
    title: endSentence(error.problem.title),
    advice: error.problem.detail ? endSentence(error.problem.detail) : "",
  };
}

function formatWait(seconds: number): string {
  if (seconds <= 90) return `in ${Math.max(1, Math.ceil(seconds))} seconds`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
