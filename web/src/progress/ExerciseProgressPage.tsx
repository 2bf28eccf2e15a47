import { Page } from "../ui/Page";

export default function ExerciseProgressPage() {
  return <Page title="Progress">{null}</Page>;
}
