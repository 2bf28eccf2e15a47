/** The one-time token of a link in a mail. */

/** Return the token after the `#` of the address, and remove it from there. Null if the address has no token. */
export function takeLinkToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash) history.replaceState(null, "", location.pathname);
  return token;
}
