// A client of @hey-api/openapi-ts: it logs the README's workout, reads it, and handles problems.

import assert from "node:assert/strict";
import {
  authLogin,
  authRefresh,
  authRegister,
  exercisesListExercises,
  statisticsGetSummary,
  usersGetMe,
  workoutsGetWorkout,
  workoutsListWorkouts,
  workoutsLogWorkout,
} from "./api/index.js";
import type { Workout } from "./api/index.js";
import { setAccessToken } from "./client.js";
import { createWorkout } from "./readme.js";

const account = { email: "hey@example.org", password: "correct horse battery staple" };

const { data: user } = await authRegister({ body: { ...account, time_zone: "Europe/Berlin" }, throwOnError: true });
assert.equal(user.email, account.email);

const { data: tokens } = await authLogin({
  body: { username: account.email, password: account.password, scope: "offline_access" },
  throwOnError: true,
});
setAccessToken(tokens.access_token);

const query = { search: "squat", equipment: "barbell", limit: 1 } as const;
const { data: found } = await exercisesListExercises({ query, throwOnError: true });
const exercise = found.items[0];
assert(exercise);

const id = crypto.randomUUID();
const { data: created } = await workoutsLogWorkout({ body: { ...createWorkout(exercise.id), id }, throwOnError: true });
const { data } = await workoutsGetWorkout({ path: { workout_id: created.id }, throwOnError: true });
const workout: Workout = data;
assert.equal(workout.exercises[0]?.sets[0]?.kind, "normal");

const { data: page } = await workoutsListWorkouts({ query: { include: "sets", limit: 100 }, throwOnError: true });
assert.deepEqual(page.items.map((item) => item.id), [id]);

const period = { from: "2026-05-01", to: "2026-05-31" };
const { data: summary } = await statisticsGetSummary({ query: period, throwOnError: true });
assert.equal(summary.volume_kg, 160);

const { error } = await workoutsLogWorkout({ body: { started_at: "2026-05-05T18:00:00+02:00", id } });
switch (error?.type) {
  case "/problems/workout-id-taken":
    assert.equal(error.status satisfies 409, 409);
    break;
  case "/problems/invalid-input":
    throw new Error((error.errors ?? []).map((field) => `${field.pointer}: ${field.message}`).join("\n"));
  default:
    throw new Error(error?.title);
}

const invalid = await workoutsLogWorkout({ body: { started_at: "yesterday" } });
assert(invalid.error?.type === "/problems/invalid-input");
assert.deepEqual(invalid.error.errors?.map((field) => field.pointer), ["/started_at"]);

const body = { refresh_token: tokens.refresh_token };
const { data: refreshed } = await authRefresh({ body, throwOnError: true });
setAccessToken(refreshed.access_token);
const { data: me } = await usersGetMe({ throwOnError: true });
console.log(me.email);
