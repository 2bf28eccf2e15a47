"""The settings of the web client."""

from exercise_buddy.core.settings import CoreSettings


class WebSettings(CoreSettings):
    """The settings of the web client."""

    web_enabled: bool = True
