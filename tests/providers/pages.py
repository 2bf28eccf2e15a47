"""The pages of the strict provider, for browsers that people (or Chromium) sit at."""

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

from tests.providers.grants import Refused

_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>{body}</html>'
# Nothing may be loaded, and nobody may show these pages in a frame. `form-action` is left open: browsers apply it to
# the redirects that follow a form, too, and those lead to the client.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def consent_page(client_id: str, transaction: str, people: Iterable[tuple[str, str]]) -> HTMLResponse:
    """Ask who signs in, or whether nobody does. `people` are subjects and what to show of them."""
    buttons = "".join(
        f'<p><button name="person" value="{escape(subject)}">Continue as {escape(shown)}</button>'
        for subject, shown in people
    )
    form = (
        f'<form method="post" action="/authorize/decision">'
        f'<input type="hidden" name="transaction" value="{escape(transaction)}">{buttons}'
        f'<p><button name="person" value="" id="cancel">Cancel</button></form>'
    )
    return _page("Sign in", f"<p>{escape(client_id)} wants to know who you are.{form}")


def error_page(error: Refused) -> HTMLResponse:
    """Say what is wrong to the person, since the client cannot be trusted to be called back."""
    return _page("This does not work", f"<p>{escape(error.error)}: {escape(error.description)}", 400)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, body=body), status, _HEADERS)
