// A client of openapi-typescript and openapi-fetch: it logs the README's workout, reads it, and handles problems.

import assert from "node:assert/strict";
import { api, setAccessToken } from "./client.js";
import { createWorkout } from "./readme.js";
import type { components } from "./schema.js";

const account = { email: "fetch@example.org", password: "correct horse battery staple" };

function unwrap<T>(result: { data?: T; error?: unknown }): T {
  if (result.data === undefined) throw new Error(JSON.stringify(result.error));
  return result.data;
}

const user = unwrap(await api.POST("/api/v1/auth/register", { body: { ...account, time_zone: "Europe/Berlin" } }));
assert.equal(user.email, account.email);

const tokens = unwrap(
  await api.POST("/api/v1/auth/login", {
    body: { username: account.email, password: account.password, scope: "offline_access" },
  }),
);
setAccessToken(tokens.access_token);

const query = { search: "squat", equipment: "barbell", limit: 1 } as const;
const found = unwrap(await api.GET("/api/v1/exercises", { params: { query } }));
const exercise = found.items[0];
assert(exercise);

const id = crypto.randomUUID();
const created = unwrap(await api.POST("/api/v1/workouts", { body: { ...createWorkout(exercise.id), id } }));
const path = { workout_id: created.id };
const workout: components["schemas"]["Workout"] = unwrap(await api.GET("/api/v1/workouts/{workout_id}", { params: { path } }));
assert.equal(workout.exercises[0]?.sets[0]?.kind, "normal");

const page = unwrap(await api.GET("/api/v1/workouts", { params: { query: { include: "sets", limit: 100 } } }));
assert.deepEqual(page.items.map((item) => item.id), [id]);

const period = { from: "2026-05-01", to: "2026-05-31" };
const summary = unwrap(await api.GET("/api/v1/statistics/summary", { params: { query: period } }));
assert.equal(summary.volume_kg, 160);

const { error } = await api.POST("/api/v1/workouts", { body: { started_at: "2026-05-05T18:00:00+02:00", id } });
switch (error?.type) {
  case "/problems/workout-id-taken":
    assert.equal(error.status satisfies 409, 409);
    break;
  case "/problems/invalid-input":
    throw new Error((error.errors ?? []).map((field) => `${field.pointer}: ${field.message}`).join("\n"));
  default:
    throw new Error(error?.title);
}

const invalid = await api.POST("/api/v1/workouts", { body: { started_at: "yesterday" } });
assert(invalid.error?.type === "/problems/invalid-input");
assert.deepEqual(invalid.error.errors?.map((field) => field.pointer), ["/started_at"]);

const body = { refresh_token: tokens.refresh_token };
const refreshed = unwrap(await api.POST("/api/v1/auth/refresh", { body }));
setAccessToken(refreshed.access_token);
const me = unwrap(await api.GET("/api/v1/users/me"));
console.log(me.email);
