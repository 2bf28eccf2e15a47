"""What other slices, and the composition root, may know of auth."""

from exercise_buddy.auth.handlers import register, set_password
from exercise_buddy.auth.schemas import Registration

__all__ = ["Registration", "register", "set_password"]
