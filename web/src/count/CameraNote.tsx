import { ErrorNote } from "../ui/feedback";
import type { CameraError, CameraProblem } from "./camera";

const TEXTS: Readonly<Record<CameraProblem, { readonly title: string; readonly advice: string }>> = {
  denied: {
    title: "The camera is blocked.",
    advice:
      "Allow it for this page: press the camera or lock symbol beside the address, choose “Allow”, then start again.",
  },
  missing: {
    title: "No camera was found.",
    advice: "Connect one, or open this page on a phone. You can also try it with a recording.",
  },
  busy: {
    title: "The camera is in use.",
    advice: "Close other programs and tabs that show its picture, then start again.",
  },
  insecure: {
    title: "This address may not use the camera.",
    advice: "Browsers allow it only for addresses that begin with https, and on this computer itself.",
  },
  unsupported: {
    title: "This browser cannot look for your body.",
    advice: "Use a current version of Chrome, Edge, Firefox or Safari. You can also try it with a recording.",
  },
  model: {
    title: "What finds your body in the picture did not load.",
    advice: "Check your connection, then start again.",
  },
};

/** Why the camera shows nothing, and what to do. */
export function CameraNote({ error }: { readonly error: unknown }) {
  const problem = (error as Partial<CameraError>).problem;
  const text = problem && TEXTS[problem];
  if (!text) return <ErrorNote error={error} />;
  return (
    <div class="note error" role="alert">
      <p>
        <strong>{text.title}</strong> {text.advice}
      </p>
    </div>
  );
}
