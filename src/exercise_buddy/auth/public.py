"""The interface of auth to other slices and to the composition root."""

from exercise_buddy.auth.admin import create_account, set_password
from exercise_buddy.auth.common_passwords import write_common_passwords
from exercise_buddy.auth.diagnostics import ask_providers, find_mail_error, find_unsent_mails
from exercise_buddy.auth.exports import EXPORTS
from exercise_buddy.auth.mail.queue import measure_queue as measure_mails
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.tasks import lifespan

__all__ = [
    "EXPORTS",
    "Registration",
    "ask_providers",
    "create_account",
    "find_mail_error",
    "find_unsent_mails",
    "lifespan",
    "measure_mails",
    "set_password",
    "write_common_passwords",
]
