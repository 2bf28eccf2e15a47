// oidc-provider as the Google stand-in: PKCE required, `iss` sent, the claims in the ID token as Google has them there.
// The first argument is JSON: {clients: [{client_id, client_secret, token_endpoint_auth_method, redirect_uris}]}.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { answer, body, serve } from "./serve.mjs";

const { Provider } = await import("oidc-provider");
const { clients } = JSON.parse(process.argv[2]);
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const scopes = "openid email profile";
const escape = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const page = (uid, name) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>
<h1>Sign in</h1><form method="post" action="/interaction/${uid}">
<p><button name="decision" value="accept">Continue as ${escape(name)}</button>
<p><button name="decision" value="cancel" id="cancel">Cancel</button></form></html>`;

await serve((issuer) => {
  // `person` are claims. Those of everybody who was ever chosen are kept, since a grant may outlive the choice.
  const state = { person: { sub: "nobody" }, deny: false, interactive: false };
  const people = new Map();
  const provider = new Provider(issuer, {
    clients: clients.map((client) => ({ response_types: ["code"], grant_types: ["authorization_code"], ...client })),
    jwks: { keys: [{ ...key, alg: "RS256", use: "sig", kid: "oidc-provider" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    responseTypes: ["code"],
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => people.get(sub) ?? { sub } }),
    renderError: (context, out) => {
      context.type = "json";
      context.body = JSON.stringify(out);
    },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
  });
  const handle = provider.callback();

  async function decide(request, response, accepted) {
    const { params } = await provider.interactionDetails(request, response);
    if (!accepted) {
      const refusal = { error: "access_denied", error_description: "the person refused" };
      return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
    }
    const accountId = state.person.sub;
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(scopes);
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return {
    async handle(request, response, pathname) {
      const uid = /^\/interaction\/([\w-]+)$/.exec(pathname)?.[1];
      if (uid === undefined) return handle(request, response);
      if (request.method === "POST") {
        return decide(request, response, new URLSearchParams(await body(request)).get("decision") === "accept");
      }
      if (state.interactive) return answer(response, 200, "text/html", page(uid, state.person.name ?? state.person.sub));
      return decide(request, response, !state.deny);
    },
    change(changes) {
      Object.assign(state, changes);
      if (changes.person) people.set(changes.person.sub, changes.person);
    },
  };
});
