/** What the file leaves open, as questions that a person can answer. */
import { useSignal } from "@preact/signals";
import { profile } from "../api/profile";
import { Button, Select } from "../ui/controls";
import { Card } from "../ui/Page";
import type { Answers, Question, TableProposal } from "./upload";

type QuestionsProps = { readonly questions: readonly Question[]; readonly onAnswer: (answers: Answers) => unknown };

type Choice = { readonly label: string; readonly answers: Answers };

const CHOICES: Readonly<Record<Exclude<Question, "time_zone">, { title: string; text: string; choices: Choice[] }>> = {
  weight_unit: {
    title: "Which unit are the weights in?",
    text: "The file has weights without a unit. Look at a weight that you remember.",
    choices: [
      { label: "Kilograms (kg)", answers: { weight_unit: "kg" } },
      { label: "Pounds (lb)", answers: { weight_unit: "lb" } },
    ],
  },
  date_order: {
    title: "What does 03/04 mean in the file?",
    text: "All dates of the file can be read in two ways.",
    choices: [
      { label: "3 April (day first)", answers: { date_order: "day_first" } },
      { label: "4 March (month first)", answers: { date_order: "month_first" } },
    ],
  },
  number_format: {
    title: "What does 1.250 mean in the file?",
    text: "The numbers of the file can be read in two ways.",
    choices: [
      { label: "One and a quarter", answers: { number_format: "decimal_point" } },
      { label: "One thousand two hundred fifty", answers: { number_format: "decimal_comma" } },
    ],
  },
};

/** The first question; the others follow when it is answered. */
export function Questions({ questions, onAnswer }: QuestionsProps) {
  const [question] = questions;
  if (question === undefined) return null;
  if (question === "time_zone") return <ZoneQuestion onAnswer={onAnswer} />;
  const { title, text, choices } = CHOICES[question];
  return (
    <Card title={title}>
      <p>{text}</p>
      <div class="actions">
        {choices.map((choice) => (
          <Button key={choice.label} variant="secondary" onClick={() => void onAnswer(choice.answers)}>
            {choice.label}
          </Button>
        ))}
      </div>
    </Card>
  );
}

function ZoneQuestion({ onAnswer }: Pick<QuestionsProps, "onAnswer">) {
  const zone = useSignal(profile.value?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  return (
    <Card title="Where did you train?">
      <p>The file has times without a time zone. Choose the zone of the place where you trained.</p>
      <Select
        label="Time zone"
        value={zone.value}
        options={Intl.supportedValuesOf("timeZone").map((name) => ({ value: name, label: name.replaceAll("_", " ") }))}
        onChange={(event) => {
          zone.value = event.currentTarget.value;
        }}
      />
      <Button onClick={() => void onAnswer({ time_zone: zone.value })}>Continue</Button>
    </Card>
  );
}

const COLUMNS: readonly { readonly name: string; readonly label: string }[] = [
  { name: "date", label: "Date (needed)" },
  { name: "exercise", label: "Exercise (needed)" },
  { name: "time", label: "Time of day" },
  { name: "reps", label: "Reps" },
  { name: "weight", label: "Weight" },
  { name: "seconds", label: "Duration in seconds" },
  { name: "distance", label: "Distance" },
  { name: "title", label: "Title of the workout" },
  { name: "notes", label: "Notes" },
];

type TableProps = { readonly table: TableProposal; readonly onAnswer: (answers: Answers) => unknown };

/** Which column of an unknown table is what. */
export function TableQuestion({ table, onAnswer }: TableProps) {
  const chosen = useSignal<Readonly<Record<string, string>>>(table.proposal);
  const isComplete = Boolean(chosen.value.date && chosen.value.exercise);
  return (
    <Card title="Which column is what?">
      <p>No known app wrote this table. Say what its columns are, and it can be read.</p>
      {COLUMNS.map(({ name, label }) => (
        <Select
          key={name}
          label={label}
          value={chosen.value[name] ?? ""}
          options={[
            { value: "", label: "Not in the file" },
            ...table.columns.map((value) => ({ value, label: value })),
          ]}
          onChange={(event) => {
            const { [name]: _former, ...others } = chosen.value;
            const column = event.currentTarget.value;
            chosen.value = column ? { ...others, [name]: column } : others;
          }}
        />
      ))}
      <Button disabled={!isComplete} onClick={() => void onAnswer({ columns: chosen.value })}>
        Read the table
      </Button>
    </Card>
  );
}
