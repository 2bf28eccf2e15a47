"""A small, strict OpenID provider: the Google stand-in where there is no Node, and the one for faults.

It refuses whatever OpenID Connect Core 1.0, RFC 6749, RFC 7636 and RFC 9700 let it refuse, and two things that they
leave to the client: a request without `state`, and one without `nonce`.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.providers.counterpart import Counterpart, Handler, running
from tests.providers.faults import Fault
from tests.providers.grants import Grant, Refused, check_challenge
from tests.providers.keys import SigningKey, half_hash
from tests.providers.oauth import NO_STORE, authenticate, bearer_token, error_document, form, query, send_back
from tests.providers.openid import CALLBACK, CLAIMS_OF_SCOPES, GoogleAccount
from tests.providers.pages import consent_page, error_page

SOMEBODY_ELSE = "somebody-else"
FOREIGN_ISSUER = "https://issuer.invalid"

_TOKEN_LIFETIME_SECONDS = 3600


class StrictProvider(Counterpart[GoogleAccount]):
    """The provider. `people` can be chosen by `login_hint` and on the page; `next_person` signs in otherwise."""

    name = "google"

    def __init__(self, base_url: str, redirect_uri: str = CALLBACK, *people: GoogleAccount) -> None:
        self.people = list(people) or [GoogleAccount()]
        super().__init__(base_url, redirect_uri, self.people[0])
        self.issuer = base_url
        self.interactive = False
        """Whether the person is shown a page and has to press a button."""
        self.faults: set[Fault] = set()
        self.keys = [SigningKey(0, "key-0")]
        """The key set. The last one signs."""
        self._waiting: dict[str, dict[str, str]] = {}

    def endpoints(self) -> Sequence[tuple[str, str, Handler, tuple[str, ...]]]:
        return (
            ("discovery", "/.well-known/openid-configuration", self._discovery, ("GET",)),
            ("jwks", "/jwks", self._jwks, ("GET",)),
            ("authorize", "/authorize", self._authorize, ("GET",)),
            ("decision", "/authorize/decision", self._decision, ("POST",)),
            ("token", "/token", self._token, ("POST",)),
            ("userinfo", "/userinfo", self._userinfo, ("GET", "POST")),
        )

    def refusal(self, endpoint: str, error: Refused) -> Response:
        return error_document(error) if endpoint == "token" else error_page(error)

    def settings(self) -> dict[str, str]:
        return self._credentials(issuer=self.issuer)

    def misbehave(self, *faults: Fault) -> None:
        """Tell these lies from now on, and no others; without any, be honest again."""
        self.faults = set(faults)

    def rotate_keys(self, *, keep_old: bool = False) -> None:
        """Sign with a new key from now on, and take the old ones out of the key set unless they are to be kept."""
        number = self.keys[-1].number + 1
        self.keys = [*(self.keys if keep_old else []), SigningKey(number, f"key-{number}")]

    async def _discovery(self, _request: Request) -> Response:
        issuer = FOREIGN_ISSUER if Fault.FOREIGN_DISCOVERY in self.faults else self.issuer
        document = {
            "issuer": issuer,
            "authorization_endpoint": f"{self.base_url}/authorize",
            "token_endpoint": f"{self.base_url}/token",
            "userinfo_endpoint": f"{self.base_url}/userinfo",
            "jwks_uri": f"{self.base_url}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", *CLAIMS_OF_SCOPES],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", *sum(CLAIMS_OF_SCOPES.values(), ())],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(document)

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [key.jwk() for key in self.keys]})

    async def _authorize(self, request: Request) -> Response:
        sent = query(request)
        redirect_uri = self._called_back_at(sent)
        try:
            _check_authorization_request(sent)
        except Refused as error:
            return self._call_back(redirect_uri, sent, error=error.error, error_description=error.description)
        if self.interactive:
            transaction = secrets.token_urlsafe(16)
            self._waiting[transaction] = sent
            shown = ((person.sub, person.name or person.sub) for person in self.people)
            return consent_page(self.client.client_id, transaction, shown)
        return self._decide(sent, None if self.deny else self._hinted(sent.get("login_hint")))

    def _called_back_at(self, sent: dict[str, str]) -> str:
        if sent.get("client_id") != self.client.client_id:
            raise Refused("invalid_client", "there is no such client")
        redirect_uri = sent.get("redirect_uri")
        if redirect_uri is None or redirect_uri not in self.client.redirect_uris:
            raise Refused("invalid_request", "redirect_uri is not registered, to the letter, for this client")
        return redirect_uri

    def _hinted(self, hint: str | None) -> GoogleAccount:
        return next((person for person in self.people if hint in {person.sub, person.email}), self.next_person)

    async def _decision(self, request: Request) -> Response:
        decided = await form(request)
        # An answer to one question cannot be given twice.
        sent = self._waiting.pop(decided.get("transaction", ""), None)
        if sent is None:
            raise Refused("invalid_request", "nobody was asked this")
        chosen = decided.get("person")
        return self._decide(sent, next((person for person in self.people if person.sub == chosen), None))

    def _decide(self, sent: dict[str, str], person: GoogleAccount | None) -> Response:
        redirect_uri = sent["redirect_uri"]
        if person is None:
            return self._call_back(redirect_uri, sent, error="access_denied", error_description="the person refused")
        return self._call_back(
            redirect_uri, sent, code=self.code_for(person, sent, redirect_uri, sent["scope"].split())
        )

    def _call_back(self, redirect_uri: str, sent: dict[str, str], **answer: str) -> Response:
        state, issuer = sent.get("state"), self.issuer
        if Fault.CALLBACK_WITH_WRONG_STATE in self.faults:
            state = secrets.token_urlsafe(16)
        if Fault.CALLBACK_FROM_FOREIGN_ISSUER in self.faults:
            issuer = FOREIGN_ISSUER
        return send_back(
            redirect_uri,
            **answer,
            state=None if Fault.CALLBACK_WITHOUT_STATE in self.faults else state,
            iss=None if Fault.CALLBACK_WITHOUT_ISSUER in self.faults else issuer,
        )

    async def _token(self, request: Request) -> Response:
        sent = await form(request)
        authenticate(request, sent, self.client)
        if sent.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "grant_type must be authorization_code")
        if "code" not in sent:
            raise Refused("invalid_request", "there is no code")
        grant = self.grants.redeem(sent["code"], sent.get("redirect_uri"), sent.get("code_verifier"))
        access_token = self.grants.token_for(grant)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFETIME_SECONDS,
            "scope": " ".join(grant.scopes),
        }
        if Fault.NO_ID_TOKEN not in self.faults:
            answer["id_token"] = self._sign(self._id_token(grant, access_token))
        return JSONResponse(answer, headers=NO_STORE)

    def _id_token(self, grant: Grant[GoogleAccount], access_token: str) -> dict[str, Any]:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client.client_id,
            "azp": self.client.client_id,
            "sub": grant.person.sub,
            "iat": now,
            "exp": now + _TOKEN_LIFETIME_SECONDS,
            "nonce": grant.nonce,
            "at_hash": half_hash(access_token),
        } | grant.person.told_to(grant.scopes)
        lies: dict[Fault, dict[str, Any]] = {
            Fault.WRONG_AUDIENCE: {"aud": SOMEBODY_ELSE, "azp": SOMEBODY_ELSE},
            Fault.FOREIGN_PARTY: {"aud": [self.client.client_id, SOMEBODY_ELSE], "azp": SOMEBODY_ELSE},
            Fault.WRONG_ISSUER: {"iss": FOREIGN_ISSUER},
            Fault.WRONG_NONCE: {"nonce": secrets.token_urlsafe(16)},
            Fault.NO_NONCE: {"nonce": None},
            Fault.EXPIRED: {"iat": now - 7200, "exp": now - 3600},
            Fault.NO_EXPIRY: {"exp": None},
            Fault.NO_SUBJECT: {"sub": None},
        }
        for fault in self.faults:
            claims |= lies.get(fault, {})
        return {name: value for name, value in claims.items() if value is not None}

    def _sign(self, claims: dict[str, Any]) -> str:
        key = self.keys[-1]
        # No key set ever holds this one: `rotate_keys` counts upwards.
        foreign = SigningKey(-1, "nobody-knows-this-key" if Fault.UNKNOWN_KEY in self.faults else key.kid)
        if self.faults & {Fault.UNKNOWN_KEY, Fault.WRONG_SIGNATURE}:
            return foreign.rs256(claims)
        if Fault.UNSIGNED in self.faults:
            return key.unsigned(claims)
        if Fault.HS256_WITH_PUBLIC_KEY in self.faults:
            return key.hs256_with_public_key(claims)
        return key.rs256(claims)

    async def _userinfo(self, request: Request) -> Response:
        grant = self.grants.of_token(bearer_token(request))
        if grant is None:
            headers = NO_STORE | {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, headers)
        sub = SOMEBODY_ELSE if Fault.USERINFO_OF_SOMEBODY_ELSE in self.faults else grant.person.sub
        return JSONResponse({"sub": sub} | grant.person.told_to(grant.scopes), headers=NO_STORE)


def _check_authorization_request(sent: dict[str, str]) -> None:
    if "request" in sent or "request_uri" in sent:
        raise Refused("request_not_supported", "write the parameters into the URL")
    if sent.get("response_type") is None:
        raise Refused("invalid_request", "there is no response_type")
    if sent["response_type"] != "code":
        raise Refused("unsupported_response_type", "response_type must be code")
    if sent.get("response_mode", "query") != "query":
        raise Refused("invalid_request", "response_mode must be query")
    if "openid" not in sent.get("scope", "").split():
        raise Refused("invalid_scope", "scope must have openid")
    check_challenge(sent.get("code_challenge"), sent.get("code_challenge_method"))
    for name in ("state", "nonce"):
        if name not in sent:
            raise Refused("invalid_request", f"there is no {name}")


@contextmanager
def strict_provider(
    redirect_uri: str = CALLBACK, *people: GoogleAccount, host: str = "127.0.0.1"
) -> Iterator[StrictProvider]:
    """Run a strict provider on loopback."""
    with running(lambda base_url: StrictProvider(base_url, redirect_uri, *people), host) as provider:
        yield provider
