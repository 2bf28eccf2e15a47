from typing import Any

import pytest

from exercise_buddy.workouts.editing.tests.helpers import WORKOUT
from tests.support import Person


@pytest.fixture
async def logged(ann: Person) -> dict[str, Any]:
    """A workout of Ann to edit."""
    return await ann.log(**WORKOUT)
