import PATHS from "../paths.json";

/** Return the path to open after a sign-in: a path of this client, whatever the address says. */
export function readNext(next: string | undefined): string {
  if (!next) return PATHS.home;
  // The browser reads `//host` and `/\host` as another site.
  if (!next.startsWith("/") || !URL.canParse(next, location.origin)) return PATHS.home;
  const target = new URL(next, location.origin);
  if (target.origin !== location.origin) return PATHS.home;
  return target.pathname + target.search + target.hash;
}
