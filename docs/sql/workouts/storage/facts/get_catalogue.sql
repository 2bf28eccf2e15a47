-- Built by exercise_buddy.workouts.storage.facts._GET_CATALOGUE. Written by: exercise-buddy dev sql
SELECT catalogue_version() AS catalogue_version_1,
       catalogue_exercise.id,
       catalogue_exercise.name,
       catalogue_exercise.met,
       catalogue_exercise.primary_muscles,
       catalogue_exercise.bodyweight_share,
       catalogue_exercise.assisted
FROM catalogue_exercise
