"""Makes the providers' fixtures known to the tests of this folder."""

from tests.providers.fixtures import *  # noqa: F403  (the fixtures are what it exports)
