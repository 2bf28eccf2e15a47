/** The frame around the pages of a person who is signed in: navigation, the offline banner and short messages. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import PATHS from "../paths.json";
import { Toasts } from "./feedback";
import { Icon, type IconName } from "./Icon";
import { OutboxBanner } from "./OutboxBanner";

type Entry = { readonly href: string; readonly label: string; readonly icon: IconName; readonly under: string[] };

const ENTRIES: readonly Entry[] = [
  { href: PATHS.home, label: "Home", icon: "home", under: [] },
  { href: PATHS.workouts, label: "Workouts", icon: "workout", under: [PATHS.currentWorkout, PATHS.routines] },
  { href: PATHS.count, label: "Count", icon: "count", under: [] },
  { href: PATHS.progress, label: "Progress", icon: "progress", under: [PATHS.mergeExercises] },
  { href: PATHS.settings, label: "Settings", icon: "settings", under: [PATHS.imports] },
];

function isCurrent(entry: Entry, path: string): boolean {
  const isBelow = (href: string): boolean => path === href || path.startsWith(`${href}/`);
  return path === entry.href || (entry.href !== PATHS.home && isBelow(entry.href)) || entry.under.some(isBelow);
}

export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { path } = useLocation();
  return (
    <div class="shell">
      <a class="skip-link" href="#content">
        Skip to the content
      </a>
      <nav class="nav" aria-label="Main">
        <div class="brand">
          <img src="/icon.svg" alt="" width="32" height="32" />
          Exercise Buddy
        </div>
        {ENTRIES.map((entry) => (
          <a key={entry.href} href={entry.href} aria-current={isCurrent(entry, path) ? "page" : undefined}>
            <Icon name={entry.icon} />
            {entry.label}
          </a>
        ))}
      </nav>
      <div>
        <OutboxBanner />
        <main id="content">{children}</main>
      </div>
      <Toasts />
    </div>
  );
}

/** The frame of pages without an account: one narrow column. */
export function PlainShell({ children }: { readonly children: ComponentChildren }) {
  return (
    <>
      <main id="content" class="narrow">
        {children}
      </main>
      <Toasts />
    </>
  );
}
