import { Page } from "../ui/Page";

export default function CurrentWorkoutPage() {
  return <Page title="Workout">{null}</Page>;
}
