"""Somebody with a browser that knows only redirects, for tests without a real one."""

from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.providers.serving import http_client

_MOST_REDIRECTS = 12


class StoppedAtProvider(Exception):  # noqa: N818
    """The provider did not send the visitor on: it shows a page, most likely an error."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.status_code} {response.text[:500]}")
        self.response = response


async def visit(url: str, browser: httpx.AsyncClient | None = None) -> str:
    """Go to a provider's authorization URL, and give the URL that it sends the visitor back to, which is not followed.

    `browser` keeps its cookies for the next visit; without it, each visit is somebody's first.

    Raises:
        StoppedAtProvider: it does not send the visitor back.

    """
    if browser is None:
        async with http_client() as first_time:
            return await visit(url, first_time)
    home = urlsplit(url).netloc
    for _ in range(_MOST_REDIRECTS):
        response = await browser.get(url)
        if not response.has_redirect_location:
            raise StoppedAtProvider(response)
        url = urljoin(url, response.headers["location"])
        if urlsplit(url).netloc != home:
            return url
    raise AssertionError(f"{home} sends its visitors round in circles")


def parameters(url: str) -> dict[str, str]:
    """Read the query of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
