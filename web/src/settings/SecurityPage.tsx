import { profile } from "../api/profile";
import PATHS from "../paths.json";
import { Loading } from "../ui/feedback";
import { Page } from "../ui/Page";
import { Credentials } from "./Credentials";
import { Devices } from "./Devices";
import { Events } from "./Events";
import { Identities } from "./Identities";
import "./settings.css";

export default function SecurityPage() {
  const person = profile.value;
  if (person === null) return <Loading />;
  return (
    <Page title="Security" back={{ href: PATHS.settings, label: "Settings" }}>
      <div class="columns">
        <div class="form">
          <Credentials person={person} />
          <Identities />
        </div>
        <div class="form">
          <Devices />
          <Events />
        </div>
      </div>
    </Page>
  );
}
