"""What other slices, and the composition root, may know of auth."""

from exercise_buddy.auth.exports import EXPORTS
from exercise_buddy.auth.handlers import register, set_password
from exercise_buddy.auth.schemas import Registration

__all__ = ["EXPORTS", "Registration", "register", "set_password"]
