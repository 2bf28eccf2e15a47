"""What the web slice offers to the composition root."""

from exercise_buddy.web.build import WebBuildError, build, is_outdated
from exercise_buddy.web.demo_account import DemoAccount, serve_demo_account
from exercise_buddy.web.files import WebClient

__all__ = ["DemoAccount", "WebBuildError", "WebClient", "build", "is_outdated", "serve_demo_account"]
