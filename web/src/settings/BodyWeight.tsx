/** The log of a person's body weight, in their unit. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import { useAction } from "../ui/action";
import { Button, bindText, Field } from "../ui/controls";
import { Form, findFieldMessage } from "../ui/Form";
import { ErrorNote, Loading, showToast } from "../ui/feedback";
import { formatLocalDate, formatWeight, localDate, toKilograms, weightUnit } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";

const SHOWN = 5;

export function BodyWeight() {
  const measurements = useResource(async () => {
    const query = { limit: SHOWN };
    return (await unwrap(api.GET("/api/v1/users/me/body-measurements", { params: { query } }))).items;
  });
  const remove = useAction(async (id: string) => {
    const path = { measurement_id: id };
    await unwrap(api.DELETE("/api/v1/users/me/body-measurements/{measurement_id}", { params: { path } }));
    await measurements.reload();
    showToast("Deleted.");
  });
  const items = measurements.data.value;
  return (
    <Card title="Body weight">
      <WeightForm onDone={measurements.reload} />
      <ErrorNote error={remove.error.value ?? measurements.error.value} onRetry={measurements.reload} />
      {items === null && measurements.isLoading.value && <Loading />}
      {items?.length === 0 && (
        <p class="muted">With your weight, exercises without weights count towards your volume too.</p>
      )}
      <ul class="list">
        {items?.map(({ id, measured_on, mass_kg }) => (
          <li key={id} class="setting-row">
            <span>
              {formatWeight(mass_kg, 1)} <span class="muted">{formatLocalDate(measured_on)}</span>
            </span>
            <Button
              variant="quiet"
              icon="trash"
              aria-label={`Delete the weight of ${formatLocalDate(measured_on)}`}
              onClick={() => void remove.run(id)}
            >
              <span class="visually-hidden">Delete</span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function WeightForm({ onDone }: { readonly onDone: () => unknown }) {
  const weight = useSignal("");
  const day = useSignal(localDate());
  const add = useAction(async () => {
    const mass_kg = toKilograms(Number(weight.value.replace(",", ".")));
    await unwrap(
      api.POST("/api/v1/users/me/body-measurements", {
        body: { id: crypto.randomUUID(), measured_on: day.value, mass_kg },
      }),
    );
    weight.value = "";
    await onDone();
  });
  return (
    <Form action={add} submitLabel="Add" pointers={["/mass_kg", "/measured_on"]}>
      <div class="side-by-side">
        <Field
          label="Weight"
          type="number"
          step="0.1"
          min="1"
          inputMode="decimal"
          unit={weightUnit()}
          {...bindText(weight)}
          error={findFieldMessage(add.error.value, "/mass_kg")}
          required
        />
        <Field
          label="Day"
          type="date"
          {...bindText(day)}
          error={findFieldMessage(add.error.value, "/measured_on")}
          required
        />
      </div>
    </Form>
  );
}
