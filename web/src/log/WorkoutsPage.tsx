import { Page } from "../ui/Page";

export default function WorkoutsPage() {
  return <Page title="Workouts">{null}</Page>;
}
