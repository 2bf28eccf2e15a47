/** One click to a set that is counted, for who looks around with the demo account: no camera, and nothing to choose. */
import { useLocation } from "preact-iso";
import { profile } from "../api/profile";
import { findDemoAccount } from "../auth/demo";
import { createId } from "../log/workouts";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { RECORDINGS } from "./recording";
import { loadRules } from "./rules";
import { keepRunningSet, restoreRunningSet } from "./running";
import { unlockSpeech } from "./speech";

export function DemoSet() {
  const { route } = useLocation();
  const demo = useResource(findDemoAccount);
  const start = useAction(startRecordedSet);
  const username = demo.data.value?.username;
  if (username === undefined || username !== profile.value?.email) return null;
  return (
    <Card class="demo-set">
      <p>See how reps are counted: somebody else does the squats. No camera needed.</p>
      <ErrorNote error={start.error.value} />
      <Button
        icon="play"
        class="wide"
        isBusy={start.isBusy.value}
        onClick={async () => {
          unlockSpeech();
          if (await start.run()) route(PATHS.count);
        }}
      >
        Watch a set being counted
      </Button>
    </Card>
  );
}

/** Begin a set of the first recording: the Count page goes on with it. A set that this tab has begun before stays. */
async function startRecordedSet(): Promise<void> {
  const [recorded] = RECORDINGS;
  const userId = profile.peek()?.id ?? "";
  if (recorded === undefined || restoreRunningSet(userId) !== null) return;
  const exercise = { id: recorded.id, name: recorded.name, countable: true };
  const rules = await loadRules(exercise);
  keepRunningSet({ setId: createId(), userId, exercise, rules, recording: recorded.file, startedAt: Date.now() });
}
