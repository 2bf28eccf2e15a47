"""What other slices may know of users."""

from exercise_buddy.users.documents import calendars
from exercise_buddy.users.errors import AccountGone, EmailTaken, UsernameTaken
from exercise_buddy.users.exports import EXPORTS
from exercise_buddy.users.handlers import (
    Account,
    bump_revision,
    bumped_revision,
    create_user,
    find_account,
    is_active,
    lock_user,
    profile_in,
    time_zone_of,
)
from exercise_buddy.users.measurements.documents import body_masses
from exercise_buddy.users.schemas import DisplayName, Email, Profile, Username
from exercise_buddy.users.tables import Weekday

__all__ = [
    "EXPORTS",
    "Account",
    "AccountGone",
    "DisplayName",
    "Email",
    "EmailTaken",
    "Profile",
    "Username",
    "UsernameTaken",
    "Weekday",
    "body_masses",
    "bump_revision",
    "bumped_revision",
    "calendars",
    "create_user",
    "find_account",
    "is_active",
    "lock_user",
    "profile_in",
    "time_zone_of",
]
