/** The dashboard: what comes next, this week, the goal, records, and the year. */
import { api, type Schemas, unwrap } from "../api/client";
import { readCopy, storeCopy } from "../api/database";
import { ApiError, OFFLINE } from "../api/problems";
import { profile } from "../api/profile";
import { DemoSet } from "../count/DemoSet";
import { useCurrentWorkout } from "../log/workouts";
import PATHS from "../paths.json";
import { LinkButton } from "../ui/controls";
import { EmptyState, Pending } from "../ui/feedback";
import { formatDuration, formatNumber, formatVolume } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Card, Page, Stat } from "../ui/Page";
import { useResource } from "../ui/resource";
import { Goal } from "./Goal";
import { HeatMap } from "./HeatMap";
import { LatestWorkouts, RecentRecords } from "./Latest";
import { Week } from "./Week";
import "./home.css";

type Dashboard = Schemas["Dashboard"];
type Calendar = Schemas["Calendar"];

const COPY = "dashboard";

async function loadDashboard(): Promise<Dashboard> {
  try {
    const dashboard = await unwrap(api.GET("/api/v1/statistics/dashboard"));
    await storeCopy(COPY, dashboard);
    return dashboard;
  } catch (error) {
    const copy = error instanceof ApiError && error.type === OFFLINE ? await readCopy<Dashboard>(COPY) : null;
    if (copy === null) throw error;
    return copy;
  }
}

export default function HomePage() {
  const found = useResource(loadDashboard);
  // At the same time. The other type of the response is a picture, for those who ask for one.
  const year = useResource(() => unwrap(api.GET("/api/v1/statistics/calendar")) as Promise<Calendar>);
  const dashboard = found.data.value;
  const name = profile.value?.display_name;
  return (
    <Page title={name ? `Hello, ${name}` : "Hello"}>
      <DemoSet />
      <NextSteps />
      <Pending of={found} />
      {dashboard &&
        (dashboard.all_time.workouts === 0 ? (
          <FirstSteps />
        ) : (
          <Filled dashboard={dashboard} year={year.data.value} onChange={found.reload} />
        ))}
    </Page>
  );
}

function NextSteps() {
  const current = useCurrentWorkout().value;
  return (
    <div class="next-steps">
      <LinkButton href={PATHS.count} icon="camera">
        Count a set
      </LinkButton>
      <LinkButton variant="secondary" href={PATHS.currentWorkout} icon={current ? "play" : "plus"}>
        {current ? `Go on with “${current.title}”` : "Start a workout"}
      </LinkButton>
    </div>
  );
}

function FirstSteps() {
  return (
    <Card>
      <EmptyState icon="flame" title="Your first set is the hardest">
        Put your phone where it sees you, and count a set: your reps appear here. Or log a workout by hand.
      </EmptyState>
      <a class="list-row" href={PATHS.imports}>
        <span>
          <strong>Bring your history</strong>
          <span class="secondary-line">From Strong, Hevy and other apps, with all your sets</span>
        </span>
        <Icon name="next" />
      </a>
    </Card>
  );
}

type FilledProps = { readonly dashboard: Dashboard; readonly year: Calendar | null; readonly onChange: () => unknown };

function Filled({ dashboard, year, onChange }: FilledProps) {
  const { all_time: total } = dashboard;
  return (
    <>
      <div class="columns">
        <Week week={dashboard.week} />
        <Goal goal={dashboard.week.goal} streaks={dashboard.streaks} onChange={onChange} />
      </div>
      <Year year={year} latest={dashboard.calendar} />
      <div class="columns">
        <LatestWorkouts workouts={dashboard.workouts} />
        <RecentRecords records={dashboard.records} />
      </div>
      <Card title="All time">
        <div class="stats">
          <Stat label="Workouts" value={formatNumber(total.workouts)} />
          <Stat label="Reps" value={formatNumber(total.reps)} />
          <Stat label="Lifted" value={formatVolume(total.volume_kg)} />
          <Stat label="Time" value={formatDuration(Math.round(total.duration_seconds / 60) * 60)} />
        </div>
        <a href={PATHS.progress}>See your progress</a>
      </Card>
    </>
  );
}

/** The days of the year; until they are here, the latest ones. */
function Year({ year, latest }: { readonly year: Calendar | null; readonly latest: Dashboard["calendar"] }) {
  const days = year?.days ?? latest;
  return (
    <Card title={year ? "Your year" : "The last weeks"}>
      <HeatMap key={days.length} days={days} firstWeekday={profile.value?.week_starts_on ?? "monday"} />
    </Card>
  );
}
