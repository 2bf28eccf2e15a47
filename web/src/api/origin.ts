/**
 * The origin of the API: that of the page, unless `index.html` names another one in `<meta name="api-origin">`. Then the API
 * needs `CORS_ORIGINS`, and for another site `REFRESH_COOKIE_SAMESITE=none` (docs/sessions.md).
 */
const named = document.querySelector<HTMLMetaElement>('meta[name="api-origin"]')?.content;

export const API_ORIGIN = named ? new URL(named).origin : location.origin;
