/** The exercises of the catalogue and of the person. */
import { api, type Schemas, unwrap } from "./client";

/** Return an exercise by its id. Throws ApiError. */
export function loadExercise(id: string): Promise<Schemas["Exercise"]> {
  return unwrap(api.GET("/api/v1/exercises/{exercise_id}", { params: { path: { exercise_id: id } } }));
}
