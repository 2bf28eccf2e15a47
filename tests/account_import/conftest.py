"""The settings of imports of whole accounts."""

import pytest

from exercise_buddy.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without a limit of exports, which these tests compare."""
    return settings.model_copy(update={"rate_limits": settings.rate_limits | {"exports_user": "100000/minute"}})
