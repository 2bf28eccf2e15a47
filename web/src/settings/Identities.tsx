/** Other ways to sign in: identities at providers. Nothing where the server has no providers. */
import { api, unwrap } from "../api/client";
import { formatProvider, listProviders } from "../auth/providers";
import PATHS from "../paths.json";
import { Button } from "../ui/controls";
import { ErrorNote, showToast } from "../ui/feedback";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { useStepUp } from "./StepUp";

export function Identities() {
  const providers = useResource(listProviders);
  const identities = useResource(async () => (await unwrap(api.GET("/api/v1/auth/identities"))).items);
  const stepUp = useStepUp();
  const link = (provider: string): Promise<boolean> =>
    stepUp.run(async (proof) => {
      const options = { params: { path: { provider } }, body: { ...proof, next: PATHS.security } };
      const { url } = await unwrap(api.POST("/api/v1/auth/identities/{provider}", options));
      location.assign(url);
    });
  const unlink = (provider: string): Promise<boolean> =>
    stepUp.run(async (body) => {
      await unwrap(api.DELETE("/api/v1/auth/identities/{provider}", { params: { path: { provider } }, body }));
      await identities.reload();
      showToast(`You can no longer sign in with ${formatProvider(provider)}.`);
    });
  const linked = identities.data.value ?? [];
  const names = [...new Set([...linked, ...(providers.data.value ?? [])].map(readName))];
  if (names.length === 0) return null;
  return (
    <Card title="Other ways to sign in">
      <ErrorNote error={stepUp.error.value ?? identities.error.value} />
      <ul class="list">
        {names.map((name) => {
          const identity = linked.find(({ provider }) => provider === name);
          return (
            <li key={name} class="setting-row">
              <span>
                {formatProvider(name)}
                <span class="muted">{identity ? (identity.email ?? identity.name ?? "added") : "not added"}</span>
              </span>
              <Button
                variant="quiet"
                isBusy={stepUp.isBusy.value}
                aria-label={`${identity ? "Remove" : "Add"} ${formatProvider(name)}`}
                onClick={() => void (identity ? unlink(name) : link(name))}
              >
                {identity ? "Remove" : "Add"}
              </Button>
            </li>
          );
        })}
      </ul>
      {stepUp.dialog}
    </Card>
  );
}

function readName(entry: { readonly provider: string } | { readonly name: string }): string {
  return "provider" in entry ? entry.provider : entry.name;
}
