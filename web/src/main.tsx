import { render } from "preact";
import { App } from "./App";
import { restoreSession } from "./api/session";
import { CrashBoundary, InsecurePage } from "./Crash";
import "./ui/style.css";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with the id `app`.");
if (isSecureContext) {
  void restoreSession();
  render(
    <CrashBoundary>
      <App />
    </CrashBoundary>,
    root,
  );
} else render(<InsecurePage />, root);

// After an update of the server, a page that is still open may ask for a file that is gone: the new page has it.
const RELOADED_AT = "reloaded-at";
const RELOAD_PAUSE_MS = 30_000;
addEventListener("vite:preloadError", (event) => {
  if (!navigator.onLine || Date.now() - Number(sessionStorage.getItem(RELOADED_AT)) < RELOAD_PAUSE_MS) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  location.reload();
});
