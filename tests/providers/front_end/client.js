// The calls of a web client to the API at window.API. Tokens are in memory, the verifier is in the tab's storage.

"use strict";

const frontEnd = (() => {
  const VERIFIER = "code_verifier";
  let code = null;
  let accessToken = null;

  const base64url = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function show(step, status, body) {
    const output = document.getElementById(step);
    output.dataset.status = String(status);
    output.textContent = JSON.stringify(body);
    return status;
  }

  // Status 0: the browser withheld the response, as it does when CORS forbids it.
  async function call(step, method, path, options = {}) {
    try {
      const response = await fetch(`${window.API}/api/v1${path}`, { method, ...options });
      const text = await response.text();
      const body = text ? JSON.parse(text) : null;
      if (body?.access_token) accessToken = body.access_token;
      return show(step, response.status, body);
    } catch (error) {
      return show(step, 0, String(error));
    }
  }

  return {
    // Read the URL's parameters, and remove them from the history: a code must not stay in a URL.
    land() {
      const given = new URLSearchParams(location.search);
      if (location.pathname !== "/auth/callback") return;
      code = given.get("code");
      show("callback", given.has("error") ? "error" : "ok", {
        error: given.get("error"),
        next: given.get("next"),
        ...(given.has("linked") ? { linked: given.get("linked") } : {}),
      });
      history.replaceState(null, "", location.pathname);
    },

    async signIn(provider, next) {
      const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
      sessionStorage.setItem(VERIFIER, verifier);
      const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
      const query = new URLSearchParams({ code_challenge: challenge, ...(next === null ? {} : { next }) });
      location.assign(`${window.API}/api/v1/auth/providers/${provider}/login?${query}`);
    },

    exchange() {
      const body = JSON.stringify({ code, code_verifier: sessionStorage.getItem(VERIFIER) });
      const headers = { "Content-Type": "application/json" };
      return call("exchange", "POST", "/auth/exchange", { body, headers, credentials: "include" });
    },

    logIn(username, password) {
      const body = new URLSearchParams({ username, password });
      return call("logIn", "POST", "/auth/login", { body, credentials: "include" });
    },

    async link(provider, password) {
      const body = JSON.stringify({ current_password: password });
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${accessToken}` };
      await call("link", "POST", `/auth/identities/${provider}`, { body, headers, credentials: "include" });
      location.assign(JSON.parse(document.getElementById("link").textContent).url);
    },

    refresh: () => call("refresh", "POST", "/auth/refresh", { credentials: "include" }),

    me: () => call("me", "GET", "/users/me", { headers: { Authorization: `Bearer ${accessToken}` } }),

    async logOut() {
      const status = await call("logOut", "POST", "/auth/logout", { credentials: "include" });
      accessToken = null;
      return status;
    },
  };
})();
