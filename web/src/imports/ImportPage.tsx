/** Bring the history from another app: choose a file, answer what it leaves open, look, and import. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { api, unwrap } from "../api/client";
import { profile } from "../api/profile";
import { MergeNotice } from "../exercises/MergeNotice";
import PATHS from "../paths.json";
import { useAction } from "../ui/action";
import { Button, LinkButton } from "../ui/controls";
import { ErrorNote, Loading } from "../ui/feedback";
import { formatCount, formatNumber, formatPercent } from "../ui/format";
import { Card, Page } from "../ui/Page";
import { EarlierImports } from "./EarlierImports";
import { formatContent } from "./Measurements";
import { Preview } from "./Preview";
import { Questions, TableQuestion } from "./Questions";
import { Remarks } from "./Remarks";
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

type FileChoiceProps = { readonly isBusy: boolean; readonly onChoose: (file: File | null) => void };

function FileChoice({ isBusy, onChoose }: FileChoiceProps) {
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

type ProgressProps = { readonly details: Details; readonly onCancel: () => unknown };

function Progress({ details, onCancel }: ProgressProps) {
  return (
    <Card title={details.dry_run ? "Reading your file" : "Importing your data"}>
      <progress value={details.progress} aria-label="Progress" />
      <p role="status">{formatPercent(details.progress)} done. You can go on training meanwhile.</p>
      <Button variant="secondary" onClick={() => void onCancel()}>
        Cancel
      </Button>
    </Card>
  );
}

function Result({ report, onAgain }: { readonly report: Report; readonly onAgain: () => void }) {
  const replaced = report.replaced + report.body_measurements.replaced;
  return (
    <Card title="Your history is here">
      <p role="status">
        {formatContent(report.workouts, report.body_measurements.new)}
        {report.workouts > 0 && ` with ${formatCount(report.sets, "set")}`} imported
        {replaced > 0 && `, ${formatNumber(replaced)} replaced`}
        {report.remapped > 0 && `, ${formatNumber(report.remapped)} corrected`}.
      </p>
      <Remarks title="Could not be read, and was left out" remarks={report.problems} count={report.problem_count} />
      <Remarks title="Was imported, but look at it" remarks={report.warnings} count={report.warning_count} />
      <div class="actions">
        <LinkButton href={PATHS.progress}>See your progress</LinkButton>
        <Button variant="secondary" onClick={onAgain}>
          Import another file
        </Button>
      </div>
    </Card>
  );
}
