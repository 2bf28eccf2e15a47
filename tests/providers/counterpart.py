"""What all providers of the tests have in common."""

import secrets
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.providers.faults import Breakage, broken_answer, hang
from tests.providers.grants import Client, Grant, Grants, PersonT, Refused
from tests.providers.serving import serving

Handler = Callable[[Request], Awaitable[Response]]


class Counterpart(ABC, Generic[PersonT]):
    """A provider that one client is registered with, and that signs people in without asking them.

    Tests change the attributes while it runs; each request looks at them anew.
    """

    name: ClassVar[str]
    """What our API calls the provider."""

    def __init__(self, base_url: str, redirect_uri: str, person: PersonT) -> None:
        """Live at `base_url`, with a client that is called back at `redirect_uri`, and sign in `person`."""
        self.base_url = base_url
        self.client = Client(f"{self.name}-client", secrets.token_urlsafe(32), {redirect_uri})
        self.redirect_uri = redirect_uri
        self.next_person = person
        """Who signs in next."""
        self.deny = False
        """Whether the person refuses."""
        self.grants: Grants[PersonT] = Grants()
        self.code_lifetime_seconds = 60.0
        self.hang_seconds = 30.0
        self.huge_bytes = 64 * 1024 * 1024
        self.requests: Counter[str] = Counter()
        """How often each endpoint was asked, by its name."""
        self.elsewhere: list[str] = []
        """What arrived where a broken endpoint redirects to: a client that follows gives its secrets away."""
        self._broken: dict[str, Breakage] = {}
        self._routes = [self._route(*endpoint) for endpoint in self.endpoints()]
        self.app = Starlette(routes=[*self._routes, Route("/elsewhere", self._elsewhere, methods=["GET", "POST"])])

    @abstractmethod
    def endpoints(self) -> Sequence[tuple[str, str, Handler, tuple[str, ...]]]:
        """Give the name, path, handler and methods of each endpoint."""

    @abstractmethod
    def refusal(self, endpoint: str, error: Refused) -> Response:
        """Give the answer of the endpoint of this name to a request that it refuses."""

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Give the settings of our API, by their names in lower case, for which this is the provider."""

    def break_endpoint(self, name: str, breakage: Breakage | None) -> None:
        """Let an endpoint answer badly from now on, or well again (None).

        Raises:
            ValueError: there is no such endpoint.

        """
        known = [route.name for route in self._routes]
        if name not in known:
            raise ValueError(f"{name!r} is none of {', '.join(known)}")
        if breakage is None:
            self._broken.pop(name, None)
        else:
            self._broken[name] = breakage

    def code_for(self, person: PersonT, sent: dict[str, str], redirect_uri: str, scopes: Sequence[str]) -> str:
        """Hand out the code of an authorization request."""
        expires_at = time.monotonic() + self.code_lifetime_seconds
        grant = Grant(person, redirect_uri, tuple(scopes), sent.get("code_challenge"), sent.get("nonce"), expires_at)
        return self.grants.code_for(grant)

    def _credentials(self, **more: str) -> dict[str, str]:
        credentials = {
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "redirect_uri": self.redirect_uri,
        }
        return {f"{self.name}_{setting}": value for setting, value in (credentials | more).items()}

    def _route(self, name: str, path: str, handler: Handler, methods: tuple[str, ...]) -> Route:
        async def endpoint(request: Request) -> Response:
            self.requests[name] += 1
            breakage = self._broken.get(name)
            if breakage is Breakage.HANGS:
                await hang(request, self.hang_seconds)
            try:
                answer = await handler(request)
            except Refused as error:
                answer = self.refusal(name, error)
            if breakage is None:
                return answer
            elsewhere = f"{self.base_url}/elsewhere"
            return broken_answer(breakage, request, answer, elsewhere=elsewhere, huge_bytes=self.huge_bytes)

        return Route(path, endpoint, methods=list(methods), name=name)

    async def _elsewhere(self, request: Request) -> Response:
        body = (await request.body()).decode(errors="replace")
        self.elsewhere.append(f"{request.headers.get('authorization', '')} {request.url.query} {body}")
        answer: dict[str, Any] = {"access_token": "of-somebody-else", "token_type": "Bearer"}
        return JSONResponse(answer)


CounterpartT = TypeVar("CounterpartT", bound=Counterpart[Any])


@contextmanager
def running(make: Callable[[str], CounterpartT], host: str) -> Iterator[CounterpartT]:
    """Run a provider on loopback. `make` is told the base URL."""
    made: list[CounterpartT] = []

    def app(base_url: str) -> ASGIApp:
        made.append(make(base_url))
        return made[0].app

    with serving(app, host):
        yield made[0]
