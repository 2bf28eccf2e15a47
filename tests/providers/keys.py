"""Keys and signatures of the tests' OpenID provider, done by hand: libraries refuse to make the bad ones."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def base64url(data: bytes) -> str:
    """Encode as JOSE does: for URLs, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# Making one takes long enough to keep them for all tests of this process.
_rsa_keys: dict[int, rsa.RSAPrivateKey] = {}


def _rsa_key(number: int) -> rsa.RSAPrivateKey:
    if number not in _rsa_keys:
        _rsa_keys[number] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _rsa_keys[number]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The RSA key with a number, under a name (`kid`)."""

    number: int
    kid: str

    def jwk(self) -> dict[str, str]:
        """Give the public half as the member of a key set."""
        public = _rsa_key(self.number).public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": base64url(public.n.to_bytes((public.n.bit_length() + 7) // 8)),
            "e": base64url(public.e.to_bytes((public.e.bit_length() + 7) // 8)),
        }

    def rs256(self, claims: Mapping[str, Any]) -> str:
        """Sign as one should."""
        signed = _unsigned_part({"alg": "RS256", "kid": self.kid, "typ": "JWT"}, claims)
        signature = _rsa_key(self.number).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64url(signature)}"

    def unsigned(self, claims: Mapping[str, Any]) -> str:
        """Name the key, and do not sign."""
        return _unsigned_part({"alg": "none", "kid": self.kid, "typ": "JWT"}, claims) + "."

    def hs256_with_public_key(self, claims: Mapping[str, Any]) -> str:
        """Sign as somebody does who knows only the public key, and hopes that it is taken for a shared secret."""
        public_pem = (
            _rsa_key(self.number)
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        signed = _unsigned_part({"alg": "HS256", "kid": self.kid, "typ": "JWT"}, claims)
        return f"{signed}.{base64url(hmac.digest(public_pem, signed.encode(), 'sha256'))}"


def half_hash(text: str) -> str:
    """Hash an access token for the claim `at_hash` (OpenID Connect Core 3.1.3.6)."""
    return base64url(hashlib.sha256(text.encode()).digest()[:16])


def _unsigned_part(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return f"{base64url(orjson.dumps(header))}.{base64url(orjson.dumps(claims))}"
