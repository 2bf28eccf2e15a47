import { Page } from "../ui/Page";

export default function RoutinePage() {
  return <Page title="Routine">{null}</Page>;
}
