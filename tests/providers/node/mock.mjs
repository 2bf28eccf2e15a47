// oauth2-mock-server, for faults. They have the names of tests/providers/faults.py.
//
// It knows neither `iss` in the callback nor clients with secrets, so its discovery document is extended by the first,
// and names the methods that it does not mind.

import { createHmac, createPublicKey } from "node:crypto";
import { answer, serve } from "./serve.mjs";

const { OAuth2Issuer, OAuth2Service } = await import("oauth2-mock-server");
const FOREIGN_ISSUER = "https://issuer.invalid";
const SOMEBODY_ELSE = "somebody-else";
const PATHS = {
  discovery: "/.well-known/openid-configuration",
  jwks: "/jwks",
  token: "/token",
  userinfo: "/userinfo",
};
const SORRY = "<!doctype html><title>Sorry</title><p>We are having a short break.";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const lies = {
  wrong_audience: (claims) => Object.assign(claims, { aud: SOMEBODY_ELSE, azp: SOMEBODY_ELSE }),
  foreign_party: (claims) => Object.assign(claims, { aud: [claims.aud, SOMEBODY_ELSE], azp: SOMEBODY_ELSE }),
  wrong_issuer: (claims) => Object.assign(claims, { iss: FOREIGN_ISSUER }),
  wrong_nonce: (claims) => Object.assign(claims, { nonce: "of-another-request" }),
  no_nonce: (claims) => delete claims.nonce,
  expired: (claims) => Object.assign(claims, { iat: claims.iat - 7200, nbf: claims.iat - 7200, exp: claims.iat - 3600 }),
  no_expiry: (claims) => delete claims.exp,
  no_subject: (claims) => delete claims.sub,
  unknown_key: (_claims, header) => Object.assign(header, { kid: "nobody-knows-this-key" }),
};

// What cannot be done before the signature is done to it.
const forgeries = {
  wrong_signature: ([header, claims]) => [header, claims, Buffer.alloc(256, 7).toString("base64url")],
  unsigned: ([, claims], { kid }) => [part({ alg: "none", kid, typ: "JWT" }), claims, ""],
  hs256_with_public_key: ([, claims], jwk) => {
    const signed = `${part({ alg: "HS256", kid: jwk.kid, typ: "JWT" })}.${claims}`;
    const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
    return [signed, createHmac("sha256", pem).update(signed).digest("base64url")];
  },
};

await serve(async (url) => {
  const state = { person: { sub: "nobody" }, deny: false, faults: [], broken: {}, hang_seconds: 30 };
  const has = (fault) => state.faults.includes(fault);
  const issuer = new OAuth2Issuer();
  issuer.url = url;
  await issuer.keys.generate("RS256");
  const service = new OAuth2Service(issuer);

  service.on("beforeTokenSigning", ({ header, payload }) => {
    // Access tokens pass here too; only the ID token has an audience.
    if (payload.aud === undefined) return;
    Object.assign(payload, state.person);
    for (const fault of state.faults) lies[fault]?.(payload, header);
  });
  service.on("beforeResponse", ({ body }) => {
    if (body.id_token === undefined) return;
    const [jwk] = issuer.keys.toJSON();
    for (const fault of state.faults) {
      if (forgeries[fault]) body.id_token = forgeries[fault](body.id_token.split("."), jwk).join(".");
    }
    if (has("no_id_token")) delete body.id_token;
  });
  service.on("beforeUserinfo", (response) => {
    response.body = { ...state.person, ...(has("userinfo_of_somebody_else") ? { sub: SOMEBODY_ELSE } : {}) };
  });
  service.on("beforeAuthorizeRedirect", ({ url: { searchParams } }) => {
    if (state.deny) {
      searchParams.delete("code");
      searchParams.set("error", "access_denied");
    }
    if (!has("callback_without_issuer")) {
      searchParams.set("iss", has("callback_from_foreign_issuer") ? FOREIGN_ISSUER : url);
    }
    if (has("callback_with_wrong_state")) searchParams.set("state", "of-another-request");
    if (has("callback_without_state")) searchParams.delete("state");
  });

  function discovery(request, response) {
    const json = (document) => {
      const extended = {
        ...document,
        issuer: has("foreign_discovery") ? FOREIGN_ISSUER : url,
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        authorization_response_iss_parameter_supported: true,
      };
      answer(response, 200, "application/json", JSON.stringify(extended));
    };
    service.openidConfigurationHandler(request, { json });
  }

  return {
    async handle(request, response, pathname) {
      const [name] = Object.entries(PATHS).find(([, path]) => path === pathname) ?? [];
      const breakage = state.broken[name];
      if (breakage === "html") return answer(response, 200, "text/html", SORRY);
      if (breakage === "server_error") return answer(response, 500, "text/html", SORRY);
      if (breakage === "hangs") await new Promise((resolve) => setTimeout(resolve, state.hang_seconds * 1000));
      return name === "discovery" ? discovery(request, response) : service.requestHandler(request, response);
    },
    change(changes) {
      Object.assign(state, changes);
    },
  };
});
