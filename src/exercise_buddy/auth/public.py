"""What other slices, and the composition root, may know of auth."""

from exercise_buddy.auth.background import running
from exercise_buddy.auth.exports import EXPORTS
from exercise_buddy.auth.operators import give_password, sign_up
from exercise_buddy.auth.schemas import Registration

__all__ = ["EXPORTS", "Registration", "give_password", "running", "sign_up"]
