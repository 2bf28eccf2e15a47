/** Custom exercises that may be exercises of the catalogue: what is chosen for each, and how they are merged. */
import { v7 } from "uuid";
import { api, type Schemas, unwrap } from "../api/client";
import { sendChanges, sendFailure, waitingChanges } from "../api/outbox";
import { ApiError } from "../api/problems";
import { forgetExercises } from "../ui/ExercisePicker";
import { formatCount, formatNumber } from "../ui/format";
import type { ListPage } from "../ui/pages";

export type Candidate = Schemas["ExerciseProposals"];
type Result = Schemas["MergeResult"];
type Named = Readonly<Pick<Schemas["ProposedExercise"], "id" | "name">>;

/** What a person has chosen, by the ids of the custom exercises: the exercise to merge into, or null to keep one. */
export type Choices = Readonly<Record<string, Named | null>>;

/** A custom exercise, and the one that takes its place. */
export type Merge = { readonly exercise: Named; readonly into: Named };

/** What became of each merge, and the error that kept the later ones from being sent, or null. */
export type MergeReport = { readonly items: readonly Outcome[]; readonly error: unknown };
export type Outcome = { readonly isMerged: boolean; readonly text: string };

/** The most that the API merges at once. */
const MAX_MERGES = 100;
/** 50 names take a busy server a second. */
const PAGE_SIZE = 50;

/** Load custom exercises with proposals. A page is empty only if no later one has any. Throws ApiError. */
export async function loadCandidates(cursor: string | null): Promise<ListPage<Candidate>> {
  for (let next = cursor; ; ) {
    const query = { limit: PAGE_SIZE, ...(next && { cursor: next }) };
    const page = await unwrap(api.GET("/api/v1/exercises/proposals", { params: { query } }));
    if (page.items.length > 0 || page.next_cursor === null) return page;
    next = page.next_cursor;
  }
}

/** Return the exercise to merge a custom one into: the chosen one, else the recommended one. Null keeps it. */
export function findTarget(candidate: Candidate, choices: Choices): Named | null {
  const chosen = choices[candidate.exercise_id];
  if (chosen !== undefined) return chosen;
  return candidate.proposals.find((proposal) => proposal.id === candidate.recommended_id) ?? null;
}

export function listMerges(candidates: readonly Candidate[], choices: Choices): readonly Merge[] {
  return candidates.flatMap((candidate) => {
    const into = findTarget(candidate, choices);
    return into === null ? [] : [{ exercise: { id: candidate.exercise_id, name: candidate.name }, into }];
  });
}

/** Return how many of the exercises are chosen, and what happens to the others. */
export function describeChoices(chosen: number, all: number): string {
  if (chosen === 0) return "Nothing is chosen: all of them stay as they are.";
  const sentence = `${formatNumber(chosen)} of ${formatCount(all, "exercise")} chosen.`;
  return chosen === all ? sentence : `${sentence} The others stay as they are.`;
}

/** Merge exercises. What an error interrupts is in the report. Throws ApiError if nothing was merged. */
export async function mergeExercises(merges: readonly Merge[]): Promise<MergeReport> {
  // A set that waits in the outbox names the exercise that it is of, which the merge deletes.
  await sendChanges();
  if (waitingChanges.peek().length > 0) throw sendFailure.peek() ?? ApiError.offline();
  const results: Result[] = [];
  let error: unknown = null;
  while (results.length < merges.length && error === null) {
    const body = {
      merges: merges
        .slice(results.length, results.length + MAX_MERGES)
        .map(({ exercise, into }) => ({ exercise_id: exercise.id, into_id: into.id })),
    };
    // With the key, the request is repeated when the connection is lost.
    const params = { header: { "Idempotency-Key": v7() } };
    try {
      results.push(...(await unwrap(api.POST("/api/v1/exercises/merge", { params, body }))).items);
    } catch (failure) {
      if (results.length === 0) throw failure;
      error = failure;
    }
  }
  const gone = results.filter((result) => isMerged(result)).map((result) => result.exercise_id);
  await forgetExercises(new Set(gone));
  return { items: describeResults(merges, results), error };
}

/** Return what became of each merge, in their order. */
export function describeResults(merges: readonly Merge[], results: readonly Result[]): readonly Outcome[] {
  const names = new Map(merges.map(({ into }) => [into.id, into.name]));
  return results.flatMap((result, index) => {
    const merge = merges[index];
    if (merge === undefined) return [];
    // If the other exercise was merged too, this one is what that one is.
    const target = names.get(result.replaced_by ?? "") ?? merge.into.name;
    return [{ isMerged: isMerged(result), text: `“${merge.exercise.name}” ${describe(result, target)}` }];
  });
}

function isMerged({ outcome }: Result): boolean {
  return outcome === "merged" || outcome === "unchanged";
}

function describe(result: Result, target: string): string {
  switch (result.outcome) {
    case "merged":
      return `is ${target} now${describeMoved(result)}.`;
    case "unchanged":
      return `was merged into ${target} before.`;
    case "conflict":
      return "is not merged: it was changed on another device.";
    case "not_found":
      return "is not merged: it does not exist anymore. It may have been deleted or merged on another device.";
    case "invalid":
      return `is not merged: ${describeFault(result, target)}`;
  }
}

function describeMoved({ sets, routines }: Result): string {
  const parts = [];
  if (sets > 0) parts.push(formatCount(sets, "set"));
  if (routines > 0) parts.push(formatCount(routines, "routine"));
  return parts.length === 0 ? "" : `, with ${parts.join(" and ")}`;
}

function describeFault({ code, detail }: Result, target: string): string {
  if (code === "unknown_exercise") return `${target} does not exist anymore.`;
  if (code === "same_exercise") return "it would be merged into itself.";
  return detail ?? "the server did not accept it.";
}

/** Return the title of a report, such as `2 exercises are merged, 1 is not`. */
export function describeReport({ items }: MergeReport): string {
  const merged = items.filter((outcome) => outcome.isMerged).length;
  const others = items.length - merged;
  const title = formatCount(merged, "exercise is merged", "exercises are merged");
  return others === 0 ? title : `${title}, ${formatCount(others, "is", "are")} not`;
}
