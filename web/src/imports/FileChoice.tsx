/** Choose the file to import, by a button or by dropping it. */
import { useRef } from "preact/hooks";
import { Button } from "../ui/controls";
import { Card } from "../ui/Page";

type FileChoiceProps = { readonly isBusy: boolean; readonly onChoose: (file: File | null) => void };

export function FileChoice({ isBusy, onChoose }: FileChoiceProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Card>
      <p>
        Have you trained with another app? Export your data there, and choose the file here. Files of Strong, Hevy,
        FitNotes, Fitbod, JEFIT, StrongLifts, Apple Health and others can be read, and any other table too; of Strong,
        Hevy and Apple Health also the body measurements. You see what is in it before anything is stored.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra way; the button does the same. */}
      <div
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          onChoose(event.dataTransfer?.files[0] ?? null);
        }}
      >
        <input
          ref={input}
          type="file"
          class="visually-hidden"
          aria-label="File to import"
          tabIndex={-1}
          onChange={(event) => {
            onChoose(event.currentTarget.files?.[0] ?? null);
            event.currentTarget.value = "";
          }}
        />
        <Button icon="import" isBusy={isBusy} onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <span class="muted">or drop it here</span>
      </div>
    </Card>
  );
}
