"""What other slices, and the composition root, may know of auth."""

from exercise_buddy.auth.admin import give_password, sign_up
from exercise_buddy.auth.exports import EXPORTS
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.tasks import running

__all__ = ["EXPORTS", "Registration", "give_password", "running", "sign_up"]
