import { Page } from "../ui/Page";

export default function WorkoutPage() {
  return <Page title="Workout">{null}</Page>;
}
