import { Page } from "../ui/Page";

export default function RegisterPage() {
  return <Page title="Create an account">{null}</Page>;
}
