import { profile } from "../api/profile";
import { logOut } from "../api/session";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote, Loading } from "../ui/feedback";
import { Icon, type IconName } from "../ui/Icon";
import { Card, Page } from "../ui/Page";
import { BodyWeight } from "./BodyWeight";
import { ProfileForm } from "./ProfileForm";
import "./settings.css";

const LINKS: readonly { readonly href: string; readonly icon: IconName; readonly text: string }[] = [
  { href: PATHS.security, icon: "settings", text: "Security: password, e-mail address and devices" },
  { href: PATHS.imports, icon: "import", text: "Import workouts from another app" },
  { href: PATHS.mergeExercises, icon: "check", text: "Your own exercises: merge those that are here twice" },
  { href: PATHS.data, icon: "export", text: "Your data: download it, or delete the account" },
];

export default function SettingsPage() {
  const leave = useAction(logOut);
  const person = profile.value;
  if (person === null) return <Loading />;
  return (
    <Page title="Settings">
      <div class="columns">
        <ProfileForm key={person.id} person={person} />
        <div class="form">
          <BodyWeight />
          <Card title="Account">
            <p class="muted">Signed in as {person.email}</p>
            <ul class="list setting-links">
              {LINKS.map(({ href, icon, text }) => (
                <li key={href}>
                  <a href={href}>
                    <Icon name={icon} />
                    {text}
                  </a>
                </li>
              ))}
            </ul>
            <ErrorNote error={leave.error.value} />
            <Button variant="secondary" isBusy={leave.isBusy.value} onClick={() => void leave.run()}>
              Log out
            </Button>
          </Card>
        </div>
      </div>
    </Page>
  );
}
