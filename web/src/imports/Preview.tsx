/** What an import would do: numbers, exercises to check, and what happens to workouts that are stored already. */
import { useSignal } from "@preact/signals";
import { Button, Select } from "../ui/controls";
import { ExerciseChoice } from "../ui/ExerciseChoice";
import { Note } from "../ui/feedback";
import { formatCount, formatLocalDate, formatNumber, formatVolume } from "../ui/format";
import { Card, Stat } from "../ui/Page";
import { formatContent, hasMeasurements, Measurements } from "./Measurements";
import { Remarks } from "./Remarks";
import type { Answers, Report } from "./upload";

type PreviewProps = {
  readonly report: Report;
  readonly answers: Answers;
  readonly isBusy: boolean;
  /** Take an answer, and read the file again with it. */
  readonly onAnswer: (answers: Answers) => unknown;
  /** Take exercises for names of the file. The import uses them; the preview stays as it is. */
  readonly onMap: (mapping: Readonly<Record<string, string>>) => unknown;
  readonly onImport: () => unknown;
  readonly onCancel: () => unknown;
};

export function Preview({ report, answers, isBusy, onAnswer, onMap, onImport, onCancel }: PreviewProps) {
  const { new: newMeasurements, changed: changedMeasurements } = report.body_measurements;
  const known = report.changed + report.shifted + changedMeasurements;
  const isNew = report.workouts > 0 || newMeasurements > 0;
  const isUseful = isNew || report.remapped > 0 || (known > 0 && answers.on_conflict === "replace");
  const hasWorkouts = report.workouts + report.duplicates + report.changed + report.shifted > 0;
  return (
    <>
      <Card title="This is in your file">
        {(hasWorkouts || !hasMeasurements(report)) && (
          <div class="stats">
            <Stat label="New workouts" value={formatNumber(report.workouts)} />
            <Stat label="Sets" value={formatNumber(report.sets)} />
            <Stat label="Reps" value={formatNumber(report.reps)} />
            <Stat label="Lifted" value={formatVolume(report.volume_kg)} />
          </div>
        )}
        <Measurements report={report} />
        {report.duplicates > 0 && (
          <p class="muted">{formatCount(report.duplicates, "workout is", "workouts are")} here already.</p>
        )}
        <p class="muted">
          Weights are read in {report.weight_unit === "per row" ? "the unit of each row" : report.weight_unit}
          {report.time_zone && `, times as those of ${report.time_zone.replaceAll("_", " ")}`}.
        </p>
      </Card>
      {known > 0 && <Conflicts report={report} answers={answers} onAnswer={onAnswer} />}
      <Exercises report={report} mapping={answers.mapping ?? {}} onMap={onMap} />
      <Remarks title="Could not be read, and is left out" remarks={report.problems} count={report.problem_count} />
      <Remarks title="Is imported, but look at it" remarks={report.warnings} count={report.warning_count} />
      {!isUseful && <Note>There is nothing new in this file.</Note>}
      <div class="actions">
        <Button icon="import" isBusy={isBusy} disabled={!isUseful} onClick={() => void onImport()}>
          {isNew ? `Import ${formatContent(report.workouts, newMeasurements)}` : "Import"}
        </Button>
        <Button variant="secondary" onClick={() => void onCancel()}>
          Choose another file
        </Button>
      </div>
    </>
  );
}

function Conflicts({ report, answers, onAnswer }: Pick<PreviewProps, "report" | "answers" | "onAnswer">) {
  const workouts = report.changed + report.shifted;
  const measurements = report.body_measurements.changed;
  const differ = workouts + measurements === 1 ? "differs" : "differ";
  return (
    <Card title={`${formatContent(workouts, measurements)} ${differ} from what is stored here`}>
      <Select
        label="What should happen to them?"
        value={answers.on_conflict ?? "skip"}
        options={[
          { value: "skip", label: "Keep what is stored here" },
          { value: "replace", label: "Take what the file says" },
          { value: "keep", label: "Keep both" },
        ]}
        onChange={(event) => void onAnswer({ on_conflict: event.currentTarget.value as "skip" | "replace" | "keep" })}
      />
      <details>
        <summary>Show what differs</summary>
        <ul>
          {report.changes.map((change) => (
            <li key={change.workout_id}>
              <strong>{change.title}</strong>: {change.differences.join(", ")}
            </li>
          ))}
          {report.body_measurements.changes.map((change) => (
            <li key={change.measurement_id}>
              <strong>{formatLocalDate(change.measured_on)}</strong>: {change.differences.join(", ")}
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}

type ExercisesProps = {
  readonly report: Report;
  readonly mapping: Readonly<Record<string, string>>;
  readonly onMap: (mapping: Readonly<Record<string, string>>) => unknown;
};

/** Names of the file that no exercise has for certain. The person chooses, or keeps them as exercises of their own. */
function Exercises({ report, mapping, onMap }: ExercisesProps) {
  const names = useSignal<Readonly<Record<string, string>>>({});
  const open = report.exercises.filter((exercise) => ["proposed", "created", "mapped"].includes(exercise.match));
  const certain = report.exercises.length - open.length;
  const map = (name: string, id: string | null): void => {
    const { [name]: _former, ...others } = mapping;
    onMap(id === null ? others : { ...others, [name]: id });
  };
  if (report.exercises.length === 0) return null;
  return (
    <Card title="Exercises">
      <p class="muted">
        {formatCount(certain, "exercise is", "exercises are")} recognized.
        {open.length > 0 && ` Please look at ${open.length === 1 ? "this one" : `these ${formatNumber(open.length)}`}:`}
      </p>
      {open.map((exercise) => {
        const id = mapping[exercise.name];
        return (
          <ExerciseChoice
            key={exercise.name}
            name={exercise.name}
            sets={exercise.sets}
            chosen={id === undefined ? null : { id, name: names.value[id] ?? exercise.exercise_name }}
            proposals={exercise.proposals}
            onChoose={(chosen) => {
              if (chosen !== null) names.value = { ...names.value, [chosen.id]: chosen.name };
              map(exercise.name, chosen?.id ?? null);
            }}
          />
        );
      })}
    </Card>
  );
}
