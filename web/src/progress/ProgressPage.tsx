import { Page } from "../ui/Page";

export default function ProgressPage() {
  return <Page title="Progress">{null}</Page>;
}
