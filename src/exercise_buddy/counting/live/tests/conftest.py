import pytest

from exercise_buddy.counting.live.tests.support import access_token
from tests.serving import PortServer, Serve
from tests.support import Person


@pytest.fixture
async def server(serve: Serve) -> PortServer:
    return await serve()


@pytest.fixture
def token(ann: Person) -> str:
    return access_token(ann)
