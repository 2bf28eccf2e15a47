/** Bring the history from another app: choose a file, answer what it leaves open, look, and import. */
import { useSignal } from "@preact/signals";
import { api, unwrap } from "../api/client";
import { profile } from "../api/profile";
import { MergeNotice } from "../exercises/MergeNotice";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { ErrorNote, Loading } from "../ui/feedback";
import { Page } from "../ui/Page";
import { EarlierImports } from "./EarlierImports";
import { FileChoice } from "./FileChoice";
import { Progress, Result } from "./Outcome";
import { Preview } from "./Preview";
import { Questions, TableQuestion } from "./Questions";
import {
  type Answers,
  type Details,
  findQuestions,
  findTable,
  followImport,
  isDetails,
  type Report,
  sendFile,
} from "./upload";
import "./imports.css";

export default function ImportPage() {
  const file = useSignal<File | null>(null);
  const answers = useSignal<Answers>({});
  const preview = useSignal<Report | null>(null);
  const running = useSignal<Details | null>(null);
  const result = useSignal<Report | null>(null);
  const version = useSignal(0);
  const showChanges = (): void => {
    version.value += 1;
  };

  const send = useAction(async (isPreview: boolean) => {
    if (file.value === null) return;
    const sent = await sendFile(file.value, answers.value, isPreview);
    let report: Report | null = isDetails(sent) ? null : sent;
    if (isDetails(sent)) {
      const ended = await followImport(sent.id, (details) => {
        running.value = details;
      }).finally(() => {
        running.value = null;
      });
      report = ended.report;
    }
    if (isPreview) preview.value = report;
    else {
      result.value = report;
      showChanges();
    }
  });
  const start = (chosen: File | null): void => {
    file.value = chosen;
    preview.value = null;
    result.value = null;
    send.error.value = null;
    // Files with local times are read as those of the person's zone; the preview says so.
    const zone = profile.peek()?.time_zone;
    answers.value = zone ? { time_zone: zone } : {};
    if (chosen !== null) void send.run(true);
  };
  const answer = (given: Answers): void => {
    answers.value = { ...answers.value, ...given };
    void send.run(true);
  };
  const cancel = (): Promise<unknown> => {
    const params = { path: { import_id: running.value?.id ?? "" } };
    return unwrap(api.POST("/api/v1/imports/{import_id}/cancel", { params }));
  };

  const error = send.error.value;
  const questions = findQuestions(error);
  const table = findTable(error);
  const isAsking = questions.length > 0 || table !== null;
  return (
    <Page title="Bring your history" back={{ href: PATHS.settings, label: "Settings" }}>
      {result.value ? (
        <Result report={result.value} onAgain={() => start(null)} />
      ) : (
        <>
          {preview.value === null && !isAsking && <FileChoice isBusy={send.isBusy.value} onChoose={start} />}
          {running.value !== null && <Progress details={running.value} onCancel={cancel} />}
          {send.isBusy.value && running.value === null && <Loading label="Reading your file" />}
          {!isAsking && <ErrorNote error={error} />}
          {!send.isBusy.value && <Questions questions={questions} onAnswer={answer} />}
          {!send.isBusy.value && table && <TableQuestion table={table} onAnswer={answer} />}
          {preview.value && !isAsking && (
            <Preview
              report={preview.value}
              answers={answers.value}
              isBusy={send.isBusy.value}
              onAnswer={answer}
              onMap={(mapping) => {
                answers.value = { ...answers.value, mapping };
              }}
              onImport={() => send.run(false)}
              onCancel={() => start(null)}
            />
          )}
        </>
      )}
      <MergeNotice version={version.value} />
      <EarlierImports version={version.value} onUndone={showChanges} />
    </Page>
  );
}
