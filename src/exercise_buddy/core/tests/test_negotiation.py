import pytest
from starlette.requests import Request

from exercise_buddy.core.http.negotiation import NotAcceptable, preferred

JSON, SVG = OFFERS = ("application/json", "image/svg+xml")


def request(*accept: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", one.encode()) for one in accept]})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ([], JSON),
        ([""], JSON),
        (["*/*"], JSON),
        (["nonsense"], JSON),
        (["image/svg+xml"], SVG),
        (["IMAGE/SVG+XML"], SVG),
        (["image/*"], SVG),
        (["image/svg+xml;q=0.9, application/json;q=0.8"], SVG),
        (["image/svg+xml;q=0.8, application/json"], JSON),
        (["image/svg+xml", "application/json;q=0.5"], SVG),
        (["application/json;q=0.1, */*"], SVG),
        (["application/json;q=0, */*"], SVG),
        (["image/svg+xml;q=0, image/*"], None),
        (["image/svg+xml;charset=utf-8;q=1, */*;q=0.1"], SVG),
        (["image/svg+xml;q=x, application/json;q=0.5"], SVG),
        (["image/avif,image/webp,image/*,*/*;q=0.8"], SVG),
        (["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], JSON),
        (["text/html"], None),
        (["image/png, text/*"], None),
        (["*/*;q=0"], None),
    ],
)
def test_the_best_that_there_is(accept: list[str], chosen: str | None) -> None:
    if chosen is None:
        with pytest.raises(NotAcceptable):
            preferred(request(*accept), OFFERS)
    else:
        assert preferred(request(*accept), OFFERS) == chosen
