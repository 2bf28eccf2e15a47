import { Page } from "../ui/Page";

export default function DataPage() {
  return <Page title="Your data">{null}</Page>;
}
