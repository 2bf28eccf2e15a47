import { Page } from "../ui/Page";

export default function VerifyEmailPage() {
  return <Page title="Confirm your address">{null}</Page>;
}
