import { Page } from "../ui/Page";

export default function RoutinesPage() {
  return <Page title="Routines">{null}</Page>;
}
