/** The exercises of a workout, which a person can change, and a button for another exercise. */
import { useSignal } from "@preact/signals";
import { addChanges } from "../api/outbox";
import { Button } from "../ui/controls";
import { ExercisePicker, type PickedExercise } from "../ui/ExercisePicker";
import { EmptyState } from "../ui/feedback";
import type { Workout } from "./apply";
import { ExerciseCard } from "./ExerciseCard";
import { createId } from "./workouts";
import "./log.css";

type EditorProps = { readonly workout: Workout; readonly isRunning: boolean };

export function WorkoutEditor({ workout, isRunning }: EditorProps) {
  const isPicking = useSignal(false);
  const add = async (exercise: PickedExercise): Promise<void> => {
    isPicking.value = false;
    const id = createId();
    const data = { id, exercise_id: exercise.id };
    await addChanges([{ operation: "append_exercise", id, workout_id: workout.id, data }], {
      [exercise.id]: exercise.name,
    });
  };
  const pick = () => {
    isPicking.value = true;
  };
  return (
    <>
      {workout.exercises.length === 0 && (
        <EmptyState icon="workout" title="What do you begin with?">
          Add an exercise, then log each set with its weight and reps.
        </EmptyState>
      )}
      {workout.exercises.map((exercise) => (
        <ExerciseCard key={exercise.id} workout={workout} exercise={exercise} isRunning={isRunning} />
      ))}
      <Button variant={workout.exercises.length === 0 ? "primary" : "secondary"} icon="plus" onClick={pick}>
        Add an exercise
      </Button>
      <ExercisePicker
        isOpen={isPicking.value}
        onPick={(exercise) => void add(exercise)}
        onClose={() => {
          isPicking.value = false;
        }}
      />
    </>
  );
}
