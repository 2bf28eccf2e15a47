"""What other slices may know of users."""

from exercise_buddy.users.accounts import (
    Account,
    change_email,
    create_user,
    delete_account,
    find_account,
    find_by_email,
    find_free_username,
    get_account,
    is_active,
    iterate_account_ids,
    list_accounts,
    list_due_deletions,
    lock_account,
    require_account,
    schedule_deletion,
    set_disabled,
    simulate_user_creation,
    verify_email,
)
from exercise_buddy.users.errors import AccountGone, EmailTaken, UsernameTaken
from exercise_buddy.users.exports import EXPORTS
from exercise_buddy.users.handlers import (
    bump_revision,
    find_user_to_render,
    get_revision,
    get_time_zone,
    lock_user,
    mark_rendered,
    mark_replaced,
)
from exercise_buddy.users.identifiers import email_key, identifier_key
from exercise_buddy.users.login_identifiers import claim_identifier, find_user_id, release_identifiers
from exercise_buddy.users.measurements.handlers import create_body_measurement
from exercise_buddy.users.measurements.queries import measurements_by_id, select_body_mass
from exercise_buddy.users.measurements.schemas import BodyMeasurement, BodyMeasurementInput
from exercise_buddy.users.queries import profile, select_revision, select_stored_bytes
from exercise_buddy.users.schemas import (
    DisplayName,
    Email,
    Locale,
    Profile,
    Username,
    parse_display_name,
    parse_email,
    parse_web_address,
)
from exercise_buddy.users.tables import Weekday
from exercise_buddy.users.usage import bounded_write, find_exceeded_quota, get_free_space, recount_usage

__all__ = [
    "EXPORTS",
    "Account",
    "AccountGone",
    "BodyMeasurement",
    "BodyMeasurementInput",
    "DisplayName",
    "Email",
    "EmailTaken",
    "Locale",
    "Profile",
    "Username",
    "UsernameTaken",
    "Weekday",
    "bounded_write",
    "bump_revision",
    "change_email",
    "claim_identifier",
    "create_body_measurement",
    "create_user",
    "delete_account",
    "email_key",
    "find_account",
    "find_by_email",
    "find_exceeded_quota",
    "find_free_username",
    "find_user_id",
    "find_user_to_render",
    "get_account",
    "get_free_space",
    "get_revision",
    "get_time_zone",
    "identifier_key",
    "is_active",
    "iterate_account_ids",
    "list_accounts",
    "list_due_deletions",
    "lock_account",
    "lock_user",
    "mark_rendered",
    "mark_replaced",
    "measurements_by_id",
    "parse_display_name",
    "parse_email",
    "parse_web_address",
    "profile",
    "recount_usage",
    "release_identifiers",
    "require_account",
    "schedule_deletion",
    "select_body_mass",
    "select_revision",
    "select_stored_bytes",
    "set_disabled",
    "simulate_user_creation",
    "verify_email",
]
