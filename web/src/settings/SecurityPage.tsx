import { Page } from "../ui/Page";

export default function SecurityPage() {
  return <Page title="Security">{null}</Page>;
}
