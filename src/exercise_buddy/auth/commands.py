"""The commands of auth."""

from exercise_buddy.auth.key_commands import keys
from exercise_buddy.auth.user_commands import user

__all__ = ["keys", "user"]
