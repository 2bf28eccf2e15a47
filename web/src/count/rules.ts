/** Where a person should stand for an exercise, and whether its reps or its seconds are counted. */
import { api, type Schemas, unwrap } from "../api/client";
import { ApiError } from "../api/problems";

export type Rules = Pick<Schemas["CountingProfile"], "camera" | "kind">;

export const ANYTHING: Rules = { camera: "any", kind: "rep" };

type Countable = Pick<Schemas["Exercise"], "id" | "countable">;

/** Load how an exercise is counted. What has no profile is counted as anything that repeats. Throws ApiError. */
export async function loadRules(exercise: Countable | null): Promise<Rules> {
  if (exercise === null || !exercise.countable) return ANYTHING;
  try {
    const { camera, kind } = await unwrap(
      api.GET("/api/v1/counting/profiles/{exercise_id}", { params: { path: { exercise_id: exercise.id } } }),
    );
    return { camera, kind };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return ANYTHING;
    throw error;
  }
}
