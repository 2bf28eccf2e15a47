"""The schemas of problem documents (RFC 9457), for the OpenAPI and the AsyncAPI document."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MAX_ERRORS = 20
"""The number of errors that a problem document lists. Whatever finds errors stops after one more."""


class ProblemDocument(BaseModel):
    """A problem detail (RFC 9457). Some problems have more members."""

    type: str = Field(
        description="Identifies the problem, for programs.", json_schema_extra={"format": "uri-reference"}
    )
    title: str = Field(description="What the problem is, for people. It is the same for each response of this type.")
    status: int = Field(ge=400, le=599, description="The status code of the response.")
    detail: str = Field(description="What is wrong with this request, for people.")
    instance: str = Field(description="The path of the request.")
    request_id: str = Field(description="The `X-Request-ID` of the response, which the log of the server has too.")


def example_members(members: dict[str, Any]) -> ConfigDict:
    """Return the model configuration with an example of the members that a problem has beside the usual ones."""
    return ConfigDict(json_schema_extra={"examples": [members]})


class ProposedValue(BaseModel):
    """An exercise that the client may have meant."""

    model_config = ConfigDict(extra="forbid")

    exercise_id: str = Field(description="The id of the exercise.", json_schema_extra={"format": "uuid"})
    name: str = Field(description="The name of the exercise.")
    score: float = Field(ge=0, le=1, description="How well it fits, from 0 to 1.")


class ProblemField(BaseModel):
    """One error in the input."""

    pointer: str = Field(description="A JSON pointer (RFC 6901) into the body, or `/` and the name of a parameter.")
    location: str = Field(description="Where the pointer leads: `body`, `query`, `path`, `header` or `cookie`.")
    code: str = Field(description="The kind of the error, for programs.")
    message: str = Field(description="What is wrong, for people.")
    proposals: list[ProposedValue] = Field(
        default_factory=list,
        max_length=3,
        description="What you may have meant, the best first. Missing unless you sent the name of an exercise.",
    )


class FieldErrors(BaseModel):
    """The members of problems with input."""

    model_config = example_members(
        {
            "errors": [
                {
                    "pointer": "/exercises/0/sets/1/reps",
                    "location": "body",
                    "code": "less_than_equal",
                    "message": "Input should be less than or equal to 10000",
                }
            ]
        }
    )

    errors: list[ProblemField] = Field(
        default_factory=list,
        max_length=MAX_ERRORS,
        description="The places in the input, at most 20. Missing if the input as a whole is wrong.",
    )
