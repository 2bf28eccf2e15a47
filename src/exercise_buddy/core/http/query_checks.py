"""Checks of a query string before its parameters are parsed: how many there are, and which."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant

from exercise_buddy.core.http.json_bodies import refuse_nul
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput

_MAX_QUERY_PARAMETERS = 100


def query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yield the name of each query parameter, and whether it is a list."""
    for parameter in dependant.query_params:
        yield parameter.alias, field_annotation_is_sequence(parameter.field_info.annotation)
    for dependency in dependant.dependencies:
        yield from query_parameters(dependency)


def _refuse_parameters(names: Collection[str], code: str, message: str) -> None:
    if names:
        raise InvalidInput(errors=(FieldError(pointer((name,)), code, message, "query") for name in sorted(names)))


def check_query(request: Request, parameters: Mapping[str, bool] | None) -> None:
    """Refuse a query with too many, unknown or repeated parameters, or with NUL characters.

    Args:
        request: the request.
        parameters: the names, and whether each may be repeated because it is a list. None: any.

    Raises:
        InvalidInput: the query is refused.

    """
    query: bytes = request.scope["query_string"]
    if query.count(b"&") >= _MAX_QUERY_PARAMETERS:
        message = f"A query has at most {_MAX_QUERY_PARAMETERS} parameters"
        raise InvalidInput(errors=[FieldError("", "too_many_parameters", message, "query")])
    if parameters is not None:
        sent = Counter(name for name, _ in request.query_params.multi_items())
        _refuse_parameters(sent.keys() - parameters.keys(), "unknown_parameter", "This parameter does not exist")
        # Which of the values counts is a convention: a proxy in front may have another one.
        repeated = {name for name, count in sent.items() if count > 1 and not parameters[name]}
        _refuse_parameters(repeated, "repeated", "This parameter was sent more than once")
    if b"%00" in query:
        names = (
            (unquote_to_bytes(part.partition(b"=")[0]).decode("utf-8", "replace"),)
            for part in query.split(b"&")
            if b"%00" in part
        )
        refuse_nul(names, "query")
