/** Sending a file to `POST /imports`, and following an import that runs in the background. */
import { api, authorizedFetch, type Schemas, unwrap } from "../api/client";
import { API_ORIGIN } from "../api/origin";
import { ApiError } from "../api/problems";

export type Report = Schemas["ImportReport"];
export type Details = Schemas["ImportDetails"];

/** What a person has answered about a file. */
export type Answers = {
  readonly weight_unit?: "kg" | "lb";
  readonly time_zone?: string;
  readonly date_order?: "day_first" | "month_first";
  readonly number_format?: "decimal_point" | "decimal_comma";
  readonly columns?: Readonly<Record<string, string>>;
  readonly on_conflict?: "skip" | "replace" | "keep";
  /** Exercise ids by the names of the file. */
  readonly mapping?: Readonly<Record<string, string>>;
};

/** A question that the server asks before it can read a file. */
export type Question = "weight_unit" | "time_zone" | "date_order" | "number_format";
const QUESTIONS: readonly Question[] = ["weight_unit", "time_zone", "date_order", "number_format"];

const POLL_MS = 700;

/** Send a file. The result is the report, or the import if it runs in the background. Throws ApiError. */
export async function sendFile(file: File, answers: Answers, isPreview: boolean): Promise<Report | Details> {
  const form = new FormData();
  for (const [name, value] of Object.entries(answers)) {
    form.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  // The server reads the fields before the file.
  form.set("file", file);
  const url = `${API_ORIGIN}/api/v1/imports?dry_run=${isPreview}`;
  const response = await authorizedFetch(new Request(url, { method: "POST", body: form }));
  if (!response.ok) throw await ApiError.fromResponse(response);
  return (await response.json()) as Report | Details;
}

export function isDetails(sent: Report | Details): sent is Details {
  return "state" in sent;
}

/** Follow an import until it ends; call back with each state. Throws ApiError if it fails. */
export async function followImport(id: string, report: (details: Details) => void): Promise<Details> {
  const params = { path: { import_id: id } };
  for (;;) {
    const details = await unwrap(api.GET("/api/v1/imports/{import_id}", { params }));
    report(details);
    if (details.problem) throw new ApiError(details.problem);
    if (["completed", "failed", "cancelled"].includes(details.state)) return details;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Return what the server asks for in its refusal of a file. */
export function findQuestions(error: unknown): readonly Question[] {
  if (!(error instanceof ApiError)) return [];
  const pointers = new Set(error.problem.errors?.map((field) => field.pointer.replace(/^\//, "")));
  return QUESTIONS.filter((question) => pointers.has(question));
}

/** What the server knows of a table that no known app wrote. */
export type TableProposal = {
  readonly columns: readonly string[];
  readonly proposal: Readonly<Record<string, string>>;
};

export function findTable(error: unknown): TableProposal | null {
  if (!(error instanceof ApiError) || error.type !== "unreadable-file") return null;
  const problem = error.problem as Partial<Schemas["UnreadableFileProblem"]>;
  const columns = problem.columns_found ?? [];
  return columns.length === 0 ? null : { columns, proposal: problem.columns_proposal ?? {} };
}

/** Undo an import. Workouts that were edited since go only if the person says so. Throws ApiError. */
export async function undoImport(id: string, includeEdited: boolean): Promise<void> {
  const params = { path: { import_id: id }, query: { include_edited: includeEdited } };
  await unwrap(api.DELETE("/api/v1/imports/{import_id}", { params }));
}
