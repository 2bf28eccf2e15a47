"""What other slices may know of users."""

from exercise_buddy.users.accounts import (
    Account,
    account_of,
    accounts_after,
    change_email,
    create_user,
    delete_account,
    disable,
    find_account,
    find_by_email,
    free_username,
    is_active,
    list_accounts,
    locked_account,
    pretend_to_create_user,
    require_account,
    verify_email,
)
from exercise_buddy.users.errors import AccountGone, EmailTaken, UsernameTaken
from exercise_buddy.users.exports import EXPORTS
from exercise_buddy.users.handlers import (
    bump_revision,
    bumped_revision,
    lock_user,
    time_zone_of,
)
from exercise_buddy.users.measurements.queries import body_mass_on
from exercise_buddy.users.queries import profile, revision_of
from exercise_buddy.users.schemas import (
    DisplayName,
    Email,
    Profile,
    Username,
    display_name_of,
    email_of,
    web_address_of,
)
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
    "account_of",
    "accounts_after",
    "body_mass_on",
    "bump_revision",
    "bumped_revision",
    "change_email",
    "create_user",
    "delete_account",
    "disable",
    "display_name_of",
    "email_of",
    "find_account",
    "find_by_email",
    "free_username",
    "is_active",
    "list_accounts",
    "lock_user",
    "locked_account",
    "pretend_to_create_user",
    "profile",
    "require_account",
    "revision_of",
    "time_zone_of",
    "verify_email",
    "web_address_of",
]
