"""A small, strict OpenID provider that plays Google.

It refuses each request that OpenID Connect Core 1.0, RFC 6749 and RFC 7636 let it refuse, and two more: a request
without `state`, and one without `nonce`. It signs with PyJWT, while the API verifies with joserfc: neither library
checks itself.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from typing import Any
from urllib.parse import unquote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.providers.provider import Grant, Handler, OAuthError, Provider, read_form

_OTHER_CLIENT = "another-client"
_OTHER_ISSUER = "https://issuer.invalid"
_TOKEN_LIFETIME_SECONDS = 3600
_CLAIMS = {"email": ("email", "email_verified"), "profile": ("name", "picture")}

# The keys by their numbers. Generating one is slow, so all tests of a process share them.
_rsa_keys: defaultdict[int, rsa.RSAPrivateKey] = defaultdict(
    lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
)


class Fault(StrEnum):
    """A well-formed but wrong response, which a client has to detect."""

    WRONG_AUDIENCE = "wrong_audience"
    """The ID token is for another client."""
    WRONG_AUTHORIZED_PARTY = "wrong_authorized_party"
    """The ID token is for this client and another one, and was issued to the other one (`azp`)."""
    WRONG_ISSUER = "wrong_issuer"
    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    EXPIRED = "expired"
    NO_EXPIRY = "no_expiry"
    NO_SUBJECT = "no_subject"
    UNKNOWN_KEY = "unknown_key"
    """The ID token is signed with a key that is not in the key set, and names it."""
    WRONG_SIGNATURE = "wrong_signature"
    """The ID token names a key of the key set, but is signed with another one."""
    UNSIGNED = "unsigned"
    """`alg: none`."""
    HS256_WITH_PUBLIC_KEY = "hs256_with_public_key"
    """The ID token is signed with the public key as a shared secret."""
    NO_ID_TOKEN = "no_id_token"
    USERINFO_OF_ANOTHER_SUBJECT = "userinfo_of_another_subject"
    DISCOVERY_OF_ANOTHER_ISSUER = "discovery_of_another_issuer"
    CALLBACK_OF_ANOTHER_ISSUER = "callback_of_another_issuer"
    CALLBACK_WITHOUT_ISSUER = "callback_without_issuer"
    CALLBACK_WITH_WRONG_STATE = "callback_with_wrong_state"
    CALLBACK_WITHOUT_STATE = "callback_without_state"


@dataclass(frozen=True, slots=True)
class OpenIDAccount:
    """An account at the OpenID provider. Claims that are None are omitted."""

    sub: str = "110169484474386276334"
    email: str | None = "ann@example.com"
    email_verified: bool | str | None = True
    name: str | None = "Ann Archer"
    picture: str | None = "https://lh3.googleusercontent.com/a/ann=s96-c"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that are sent in addition, or instead, whatever the scopes are."""

    def claims_for(self, scopes: Sequence[str]) -> dict[str, Any]:
        """Return the claims that belong to scopes."""
        standard = {name: getattr(self, name) for scope in scopes for name in _CLAIMS.get(scope, ())}
        return {name: value for name, value in (standard | self.claims).items() if value is not None}


class OpenIDProvider(Provider[OpenIDAccount]):
    """The strict provider."""

    name = "google"

    def __init__(self, base_url: str, redirect_uri: str) -> None:
        super().__init__(base_url, redirect_uri, OpenIDAccount())
        self.issuer = base_url
        self.auth_method = "client_secret_basic"
        """The only way of client authentication that is published and accepted."""
        self.accounts_to_choose: tuple[OpenIDAccount, ...] = ()
        """The accounts that a page offers, with a button to cancel. Without any, `account` signs in at once."""
        self.faults: frozenset[Fault] = frozenset()
        self.keys = [0]
        """The numbers of the keys in the key set. The last one signs."""
        self._pending: dict[str, Mapping[str, str]] = {}

    def endpoints(self) -> dict[str, tuple[str, Handler]]:
        return {
            "discovery": ("/.well-known/openid-configuration", self._get_discovery),
            "jwks": ("/jwks", self._get_jwks),
            "authorize": ("/authorize", self.authorize),
            "decision": ("/authorize/decision", self._decide),
            "token": ("/token", self.exchange_code),
            "userinfo": ("/userinfo", self._get_userinfo),
        }

    def endpoint_settings(self) -> dict[str, str]:
        return {"issuer": self.issuer}

    def inject(self, *faults: Fault) -> None:
        """Replace the injected faults; without arguments, respond correctly again."""
        self.faults = frozenset(faults)

    def rotate_keys(self, *, keep_old: bool = False) -> None:
        """Sign with a new key, and remove the old ones from the key set unless `keep_old`."""
        self.keys = [*(self.keys if keep_old else []), self.keys[-1] + 1]

    async def _get_discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": _OTHER_ISSUER if Fault.DISCOVERY_OF_ANOTHER_ISSUER in self.faults else self.issuer,
                "authorization_endpoint": f"{self.base_url}/authorize",
                "token_endpoint": f"{self.base_url}/token",
                "userinfo_endpoint": f"{self.base_url}/userinfo",
                "jwks_uri": f"{self.base_url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": [self.auth_method],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _get_jwks(self, _request: Request) -> Response:
        keys = [
            RSAAlgorithm.to_jwk(_rsa_keys[number].public_key(), as_dict=True)
            | {"kid": f"key-{number}", "use": "sig", "alg": "RS256"}
            for number in self.keys
        ]
        return JSONResponse({"keys": keys})

    def check_authorization(self, sent: Mapping[str, str]) -> None:
        super().check_authorization(sent)
        if "openid" not in sent["scope"].split() or "nonce" not in sent:
            raise OAuthError("invalid_request", "the scope openid and a nonce are required")

    def sign_in(self, sent: Mapping[str, str]) -> Response:
        if not self.accounts_to_choose:
            return super().sign_in(sent)
        transaction = secrets.token_urlsafe(16)
        self._pending[transaction] = sent
        choices = [(account.sub, f"Continue as {account.name}") for account in self.accounts_to_choose]
        buttons = "".join(
            f'<p><button name="sub" value="{escape(sub)}">{escape(text)}</button>'
            for sub, text in [*choices, ("", "Cancel")]
        )
        return HTMLResponse(
            f'<!doctype html><title>Sign in</title><form method="post" action="/authorize/decision">'
            f'<input type="hidden" name="transaction" value="{transaction}">{buttons}</form>'
        )

    async def _decide(self, request: Request) -> Response:
        form = await read_form(request)
        sent = self._pending.pop(form.get("transaction", ""))
        for account in self.accounts_to_choose:
            if account.sub == form.get("sub"):
                return self.grant_code(account, sent)
        return self.redirect_back(sent, error="access_denied")

    def redirect_back(self, sent: Mapping[str, str], **parameters: str) -> Response:
        state = secrets.token_urlsafe(16) if Fault.CALLBACK_WITH_WRONG_STATE in self.faults else sent.get("state")
        if Fault.CALLBACK_WITHOUT_ISSUER not in self.faults:
            parameters["iss"] = _OTHER_ISSUER if Fault.CALLBACK_OF_ANOTHER_ISSUER in self.faults else self.issuer
        returned = {} if state is None or Fault.CALLBACK_WITHOUT_STATE in self.faults else {"state": state}
        return super().redirect_back(returned, **parameters)

    def read_credentials(self, request: Request, sent: Mapping[str, str]) -> tuple[str, str]:
        if self.auth_method == "client_secret_post":
            return super().read_credentials(request, sent)
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or "client_secret" in sent:
            return "", ""
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
        # Both parts are encoded like a form (RFC 6749, 2.3.1).
        return unquote_plus(client_id), unquote_plus(secret)

    def build_token_response(self, grant: Grant[OpenIDAccount], access_token: str) -> dict[str, Any]:
        response = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFETIME_SECONDS,
            "scope": " ".join(grant.scopes),
        }
        if Fault.NO_ID_TOKEN not in self.faults:
            response["id_token"] = self._sign(self._build_claims(grant, access_token))
        return response

    def _build_claims(self, grant: Grant[OpenIDAccount], access_token: str) -> dict[str, Any]:
        now = int(time.time())
        half_hash = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "azp": self.client_id,
            "sub": grant.account.sub,
            "iat": now,
            "exp": now + _TOKEN_LIFETIME_SECONDS,
            "nonce": grant.nonce,
            "at_hash": base64.urlsafe_b64encode(half_hash).rstrip(b"=").decode(),
        } | grant.account.claims_for(grant.scopes)
        wrong: dict[Fault, dict[str, Any]] = {
            Fault.WRONG_AUDIENCE: {"aud": _OTHER_CLIENT, "azp": _OTHER_CLIENT},
            Fault.WRONG_AUTHORIZED_PARTY: {"aud": [self.client_id, _OTHER_CLIENT], "azp": _OTHER_CLIENT},
            Fault.WRONG_ISSUER: {"iss": _OTHER_ISSUER},
            Fault.WRONG_NONCE: {"nonce": secrets.token_urlsafe(16)},
            Fault.NO_NONCE: {"nonce": None},
            Fault.EXPIRED: {"iat": now - 7200, "exp": now - 3600},
            Fault.NO_EXPIRY: {"exp": None},
            Fault.NO_SUBJECT: {"sub": None},
        }
        for fault in self.faults:
            claims |= wrong.get(fault, {})
        return {name: value for name, value in claims.items() if value is not None}

    def _sign(self, claims: dict[str, Any]) -> str:
        key, headers = _rsa_keys[self.keys[-1]], {"kid": f"key-{self.keys[-1]}"}
        if Fault.UNSIGNED in self.faults:
            return jwt.encode(claims, "", algorithm="none", headers=headers)
        if Fault.HS256_WITH_PUBLIC_KEY in self.faults:
            # PyJWT refuses a public key as a secret, so the signature is replaced.
            signed = jwt.encode(claims, "s" * 32, algorithm="HS256", headers=headers).rpartition(".")[0]
            secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            signature = hmac.digest(secret, signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        if self.faults & {Fault.UNKNOWN_KEY, Fault.WRONG_SIGNATURE}:
            # `rotate_keys` counts upwards: no key set ever contains this key.
            key = _rsa_keys[-1]
        if Fault.UNKNOWN_KEY in self.faults:
            headers = {"kid": "unknown"}
        return jwt.encode(claims, key, algorithm="RS256", headers=headers)

    async def _get_userinfo(self, request: Request) -> Response:
        grant = self.find_grant(request)
        if grant is None:
            return JSONResponse({"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"})
        sub = "another subject" if Fault.USERINFO_OF_ANOTHER_SUBJECT in self.faults else grant.account.sub
        return JSONResponse({"sub": sub} | grant.account.claims_for(grant.scopes))
