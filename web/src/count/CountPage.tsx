import { Page } from "../ui/Page";

export default function CountPage() {
  return <Page title="Count">{null}</Page>;
}
