/** Time zones and languages to choose from. */

const LOCALES = [
  "en",
  "en-US",
  "en-GB",
  "de",
  "de-AT",
  "de-CH",
  "es",
  "fr",
  "it",
  "ja",
  "ko",
  "nl",
  "pl",
  "pt-BR",
  "sv",
  "tr",
  "uk",
  "zh-Hans",
];

export function listTimeZones(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}

/** Return the languages by their names in English, with the present one and that of the browser. */
export function listLocales(present: string): readonly { readonly value: string; readonly label: string }[] {
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  const tags = [...new Set([present, navigator.language, ...LOCALES])];
  return tags
    .map((tag) => ({ value: tag, label: isLanguageTag(tag) ? (names.of(tag) ?? tag) : tag }))
    .sort((one, other) => one.label.localeCompare(other.label, "en"));
}

/** Whether the browser knows how to read a tag, which another device may have chosen. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
