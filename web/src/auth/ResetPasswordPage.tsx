import { Page } from "../ui/Page";

export default function ResetPasswordPage() {
  return <Page title="Choose a new password">{null}</Page>;
}
