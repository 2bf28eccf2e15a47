/** What the browser knows about the person: time zone, language and units. */

const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}/;

/** Return the IANA name of the browser's time zone. Undefined if it has none. */
export function readTimeZone(): string | undefined {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === "Etc/Unknown" ? undefined : zone;
}

/** Return the language tag of the browser without extensions, such as `de-AT`. */
export function readLocale(language = navigator.language): string | undefined {
  return LOCALE.exec(language.replace(/-[0-9a-z]-.*$/i, ""))?.[0];
}

/** Return whether people there weigh in pounds and begin the week on Sunday: in the United States. */
export function usesAmericanUnits(locale: string | undefined, timeZone: string | undefined): boolean {
  // Many people elsewhere use a browser in American English.
  return locale === "en-US" && /^(America|US)\/|^Pacific\/Honolulu$/.test(timeZone ?? "");
}
