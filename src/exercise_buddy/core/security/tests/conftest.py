from pathlib import Path

import pytest

from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.keys import KeyRing
from exercise_buddy.core.security.tests.tokens import LIFETIME, Clock
from exercise_buddy.core.settings import CoreSettings, KeyPairAlgorithm
from tests.support import SECRET


@pytest.fixture(params=["EdDSA", "ES256"])
def algorithm(request: pytest.FixtureRequest) -> KeyPairAlgorithm:
    chosen: KeyPairAlgorithm = request.param
    return chosen


@pytest.fixture
def file(tmp_path: Path, algorithm: KeyPairAlgorithm) -> Path:
    path = tmp_path / "keys.json"
    key_files.generate_keys(path, algorithm)
    return path


@pytest.fixture
def settings(file: Path, algorithm: KeyPairAlgorithm) -> CoreSettings:
    return CoreSettings.model_validate(
        {
            "secret_key": SECRET,
            "algorithm": algorithm,
            "signing_keys_file": file,
            "database_url": "postgresql://ann@db.example.org/exercise_buddy",
        }
    )


@pytest.fixture
def ring(settings: CoreSettings) -> KeyRing:
    return KeyRing.open(settings, LIFETIME)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
