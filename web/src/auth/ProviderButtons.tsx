/** Buttons for the providers that the server offers. Nothing without any. */
import { useAction } from "../ui/action";
import { Button } from "../ui/controls";
import { ErrorNote } from "../ui/feedback";
import { useResource } from "../ui/resource";
import { formatProvider, listProviders, startProviderSignIn } from "./providers";

export function ProviderButtons({ next }: { readonly next: string }) {
  const providers = useResource(listProviders);
  const start = useAction((loginUrl: string) => startProviderSignIn(loginUrl, next));
  if (!providers.data.value?.length) return null;
  return (
    <div class="stack">
      <ErrorNote error={start.error.value} />
      {providers.data.value.map(({ name, login_url }) => (
        <Button
          key={name}
          variant="secondary"
          class="wide"
          isBusy={start.isBusy.value}
          onClick={() => void start.run(login_url)}
        >
          Continue with {formatProvider(name)}
        </Button>
      ))}
      <div class="divider">or</div>
    </div>
  );
}
