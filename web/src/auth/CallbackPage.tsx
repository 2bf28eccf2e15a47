import { Page } from "../ui/Page";

export default function CallbackPage() {
  return <Page title="Signing in">{null}</Page>;
}
