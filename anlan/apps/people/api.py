"""The door to people."""

from anlan.apps.people.access import holders, posts_holding
from anlan.apps.people.actions.inviting import sent_link
from anlan.apps.people.choices import ContactKind, OrganisationKind
from anlan.apps.people.models import Organisation, Person, Post
from anlan.apps.people.queries import (
    ContactFact,
    OrganisationFact,
    PostFact,
    contact,
    contacts_below,
    contacts_of,
    demo_accounts,
    first_contacts,
    holders_by_post,
    organisation,
    organisation_of,
    organisations,
    organisations_at,
    organisations_by_code,
    person_of,
    persons_at,
    post,
    posts_below,
    posts_by_code,
    scope_for,
    scope_of,
    usernames,
)
from anlan.apps.people.rules import check_address, mask
from anlan.apps.people.tokens import narrowed

__all__ = [
    "ContactFact",
    "ContactKind",
    "Organisation",
    "OrganisationFact",
    "OrganisationKind",
    "Person",
    "Post",
    "PostFact",
    "check_address",
    "contact",
    "contacts_below",
    "contacts_of",
    "demo_accounts",
    "first_contacts",
    "holders",
    "holders_by_post",
    "mask",
    "narrowed",
    "organisation",
    "organisation_of",
    "organisations",
    "organisations_at",
    "organisations_by_code",
    "person_of",
    "persons_at",
    "post",
    "posts_below",
    "posts_by_code",
    "posts_holding",
    "scope_for",
    "scope_of",
    "sent_link",
    "usernames",
]
