/** The progress of one exercise. */
import { useSignal } from "@preact/signals";
import { useRoute } from "preact-iso";
import { api, type Schemas, unwrap } from "../api/client";
import PATHS from "../paths.json";
import { LinkButton, Select } from "../ui/controls";
import { EmptyState, Pending } from "../ui/feedback";
import { formatDistance, formatDuration, formatNumber, formatVolume, formatWeight } from "../ui/format";
import { Card, Page } from "../ui/Page";
import { useResource } from "../ui/resource";
import { AllTime } from "./AllTime";
import { ExerciseRecords } from "./ExerciseRecords";
import { chooseBucket } from "./points";
import { TimeChart } from "./TimeChart";
import "./progress.css";

type Progress = Schemas["ExerciseProgress"];
type Point = Schemas["ExercisePoint"];

const BACK = { href: PATHS.progress, label: "Progress" };

const MAX_POINTS = 120;

async function load(id: string, bucket?: Schemas["Bucket"]): Promise<Progress> {
  const params = { path: { exercise_id: id }, query: bucket ? { bucket } : {} };
  // The other type of the response is a picture, for those who ask for one.
  return (await unwrap(api.GET("/api/v1/statistics/exercises/{exercise_id}", { params }))) as Progress;
}

export default function ExerciseProgressPage() {
  const id = useRoute().params.id ?? "";
  const found = useResource(async () => {
    const progress = await load(id);
    // Each day with the exercise is a point, unless there are so many that they hide each other.
    return progress.points.length > MAX_POINTS ? load(id, chooseBucket(progress.from, progress.to)) : progress;
  }, [id]);
  const progress = found.data.value;
  if (progress === null) {
    return (
      <Page title="Progress" back={BACK}>
        <Pending of={found} />
      </Page>
    );
  }
  const count = (
    <LinkButton variant="secondary" icon="camera" href={`${PATHS.count}?exercise=${id}`}>
      Count this exercise
    </LinkButton>
  );
  return (
    <Page title={progress.exercise.name} back={BACK} actions={count}>
      {progress.all_time.workouts === 0 ? (
        <EmptyState icon="progress" title="Not done yet">
          After your first sets of this exercise, you see here how you get better.
        </EmptyState>
      ) : (
        <>
          <AllTime total={progress.all_time} />
          <Course progress={progress} />
          <ExerciseRecords exerciseId={id} />
        </>
      )}
    </Page>
  );
}

type Course = {
  readonly name: string;
  readonly read: (point: Point) => number | null;
  readonly format: (value: number) => string;
  readonly kind: "line" | "bars";
};

const seconds = (value: number): string => `${formatNumber(value, 1)} s`;
const COURSES: readonly Course[] = [
  {
    name: "Estimated for one rep",
    read: (point) => point.e1rm_kg,
    format: (value) => formatWeight(value, 1),
    kind: "line",
  },
  { name: "Heaviest set", read: (point) => point.best_set.weight_kg, format: formatWeight, kind: "line" },
  { name: "Most reps in a set", read: (point) => point.most_reps, format: formatNumber, kind: "line" },
  { name: "Lifted weight", read: (point) => point.volume_kg || null, format: formatVolume, kind: "bars" },
  { name: "Longest set", read: (point) => point.longest_seconds, format: formatDuration, kind: "line" },
  { name: "Farthest", read: (point) => point.farthest_meters, format: formatDistance, kind: "line" },
  { name: "Time down", read: (point) => point.eccentric_seconds, format: seconds, kind: "line" },
  { name: "Time up", read: (point) => point.concentric_seconds, format: seconds, kind: "line" },
  {
    name: "Range of the movement",
    read: (point) => point.range_degrees,
    format: (value) => `${formatNumber(value)}°`,
    kind: "line",
  },
];

function Course({ progress: { points, bucket } }: { readonly progress: Progress }) {
  const available = COURSES.filter((course) => points.some((point) => course.read(point) !== null));
  const chosen = useSignal<string | null>(null);
  const course = available.find((item) => item.name === chosen.value) ?? available[0];
  if (course === undefined) return null;
  return (
    <Card title="Over time">
      <Select
        label="What to show"
        options={available.map(({ name }) => ({ value: name, label: name }))}
        value={course.name}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      />
      <TimeChart
        key={course.name}
        bucket={bucket}
        title={course.name}
        points={points.map((point) => ({ date: point.start, value: course.read(point) }))}
        kind={course.kind}
        format={(value) => course.format(value)}
      />
    </Card>
  );
}
