"""What the web slice offers to the composition root."""

from exercise_buddy.web.build import WebBuildError, build, is_outdated
from exercise_buddy.web.files import WebClient

__all__ = ["WebBuildError", "WebClient", "build", "is_outdated"]
