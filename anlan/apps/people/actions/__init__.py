"""The only writers of people, by noun."""

from anlan.apps.people.actions.accounts import (
    end_sessions,
    issue_account,
    issue_all,
    reset_by_machine,
    reset_sign_in,
    restore_account,
    suspend_account,
    unlock_account,
)
from anlan.apps.people.actions.grants import define_role, end_grant, grant, grant_confirmed, withdraw_grant
from anlan.apps.people.actions.inviting import accept_invitation, code_of, link_of, open_invitation, print_slips
from anlan.apps.people.actions.posts import hand_over, hand_over_confirmed, load_organisations, note_reading
from anlan.apps.people.actions.signing import (
    create_token,
    drop_second_factor,
    end_own_tokens,
    enrol_second_factor,
    note_new_browser,
    note_sign_in,
    revoke_token,
    set_password,
    use_recovery_code,
)

__all__ = [
    "accept_invitation",
    "code_of",
    "link_of",
    "open_invitation",
    "print_slips",
    "create_token",
    "define_role",
    "drop_second_factor",
    "end_grant",
    "end_own_tokens",
    "end_sessions",
    "enrol_second_factor",
    "grant",
    "grant_confirmed",
    "hand_over",
    "hand_over_confirmed",
    "issue_account",
    "issue_all",
    "load_organisations",
    "note_reading",
    "note_new_browser",
    "note_sign_in",
    "reset_by_machine",
    "reset_sign_in",
    "restore_account",
    "revoke_token",
    "set_password",
    "suspend_account",
    "unlock_account",
    "use_recovery_code",
    "withdraw_grant",
]
