/** The name of a person, and how numbers and dates look to them. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import { loadProfile, type Profile } from "../api/profile";
import { useAction } from "../ui/action";
import { Field, Select } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import { listLocales, listTimeZones } from "./choices";

const UNITS = [
  { value: "metric", label: "Kilograms and kilometers" },
  { value: "imperial", label: "Pounds and miles" },
];
const WEEKDAYS = ["monday", "saturday", "sunday"].map((day) => ({
  value: day,
  label: day.charAt(0).toUpperCase() + day.slice(1),
}));
const POINTERS = ["/display_name", "/username", "/time_zone", "/locale"];

export function ProfileForm({ person }: { readonly person: Profile }) {
  const draft = useSignal(person);
  const set = (change: Partial<Profile>): void => {
    draft.value = { ...draft.value, ...change };
  };
  const save = useAction(async () => {
    const { display_name, username, unit_system, week_starts_on, time_zone, locale } = draft.value;
    const body = {
      display_name: display_name?.trim() || null,
      username: username?.trim() || null,
      unit_system,
      week_starts_on,
      time_zone: time_zone.trim(),
      locale,
    };
    await unwrap(api.PATCH("/api/v1/users/me", { body }));
    draft.value = await loadProfile();
    showToast("Saved.");
  });
  const { display_name, username, unit_system, week_starts_on, time_zone, locale } = draft.value;
  const find = (pointer: string): string | null => findFieldMessage(save.error.value, pointer);
  return (
    <Card title="You">
      <Form action={save} submitLabel="Save" pointers={POINTERS}>
        <Field
          label="Name"
          value={display_name ?? ""}
          onInput={(event) => set({ display_name: event.currentTarget.value })}
          error={find("/display_name")}
          autocomplete="name"
          maxLength={80}
        />
        <Field
          label="User name (optional)"
          hint="You can sign in with it instead of your e-mail address."
          value={username ?? ""}
          onInput={(event) => set({ username: event.currentTarget.value })}
          error={find("/username")}
          autocomplete="username"
          autocapitalize="none"
        />
        <Select
          label="Units"
          options={UNITS}
          value={unit_system}
          onChange={(event) => set({ unit_system: event.currentTarget.value as Profile["unit_system"] })}
        />
        <Select
          label="The week starts on"
          options={WEEKDAYS.some(({ value }) => value === week_starts_on) ? WEEKDAYS : addDay(week_starts_on)}
          value={week_starts_on}
          onChange={(event) => set({ week_starts_on: event.currentTarget.value as Profile["week_starts_on"] })}
        />
        <Field
          label="Time zone"
          hint="Type a city to search. Your days begin and end there."
          list="time-zones"
          value={time_zone}
          onInput={(event) => set({ time_zone: event.currentTarget.value })}
          error={find("/time_zone")}
          autocapitalize="none"
          required
        />
        <datalist id="time-zones">
          {listTimeZones().map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Select
          label="Numbers and dates as in"
          options={listLocales(locale)}
          value={locale}
          onChange={(event) => set({ locale: event.currentTarget.value })}
        />
      </Form>
    </Card>
  );
}

function addDay(day: string): typeof WEEKDAYS {
  return [...WEEKDAYS, { value: day, label: day.charAt(0).toUpperCase() + day.slice(1) }];
}
