/** The imports so far, which can be undone. */
import { useSignal } from "@preact/signals";
import { api, type Schemas, unwrap } from "../api/client";
import { ApiError } from "../api/problems";
import { ConfirmButton } from "../ui/Dialog";
import { ErrorNote, showToast } from "../ui/feedback";
import { formatCode, formatCount, formatRelativeDay } from "../ui/format";
import { Card } from "../ui/Page";
import { useResource } from "../ui/resource";
import { formatContent } from "./Measurements";
import { undoImport } from "./upload";

type Import = Schemas["Import"];

type EarlierImportsProps = {
  /** Load again when it changes. */
  readonly version: number;
  readonly onUndone: () => void;
};

export function EarlierImports({ version, onUndone }: EarlierImportsProps) {
  const query = { limit: 50 };
  const found = useResource(() => unwrap(api.GET("/api/v1/imports", { params: { query } })), [version]);
  const items = found.data.value?.items.filter((item) => !item.dry_run) ?? [];
  if (items.length === 0) return <ErrorNote error={found.error.value} onRetry={found.reload} />;
  return (
    <Card title="Earlier imports">
      <ul class="list">
        {items.map((item) => (
          <li key={item.id} class="list-row">
            <span>
              <strong>{item.file_name ?? formatCode(item.source)}</strong>
              <span class="secondary-line">
                {formatRelativeDay(item.created_at)} · {formatContent(item.workouts, item.body_measurements)}
                {item.state !== "completed" && ` · ${item.state}`}
              </span>
            </span>
            {item.state === "completed" && <UndoButton item={item} onDone={onUndone} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function UndoButton({ item, onDone }: { readonly item: Import; readonly onDone: () => void }) {
  const edited = useSignal(0);
  const undo = async (): Promise<boolean> => {
    try {
      await undoImport(item.id, edited.value > 0);
    } catch (error) {
      // A second question: what was edited would be lost.
      if (!(error instanceof ApiError) || error.type !== "import-edited") throw error;
      edited.value = (error.problem as Schemas["ImportEditedProblem"]).edited;
      return false;
    }
    showToast("The import is undone.");
    onDone();
    return true;
  };
  return (
    <ConfirmButton
      label="Undo"
      variant="quiet"
      title="Undo this import?"
      confirmLabel={edited.value > 0 ? "Undo all the same" : "Undo"}
      onConfirm={undo}
    >
      {edited.value > 0 ? (
        <p>You have changed {formatCount(edited.value, "item")} of it since. Your changes are lost with them.</p>
      ) : (
        <p>
          Its workouts, body measurements and the exercises that it created are deleted. What it replaced is as it was
          before.
        </p>
      )}
    </ConfirmButton>
  );
}
