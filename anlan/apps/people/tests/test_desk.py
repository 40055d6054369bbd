"""The desks of people, tested as every desk is."""

from anlan.apps.people import desk
from anlan.apps.people.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestOrganisationDesk(DeskTests):
    desk = desk.OrganisationDesk
    make = factories.organisation
    values = factories.organisation_values
    more = factories.more_of_organisation


class TestPostDesk(DeskTests):
    desk = desk.PostDesk
    make = factories.post
    full = factories.held_post
    values = factories.post_values
    more = factories.more_of_post
    verbs = {"hand_over": factories.successor}


class TestPersonDesk(DeskTests):
    desk = desk.PersonDesk
    make = factories.person
    values = factories.person_values


class TestContactPointDesk(DeskTests):
    desk = desk.ContactPointDesk
    make = factories.contact
    values = factories.contact_values


class TestAccountDesk(DeskTests):
    desk = desk.AccountDesk
    make = factories.account
    more = factories.more_of_account
    verbs = {
        "reset_sign_in": {"contact": 0, "reason": "forgotten, called back"},
        "grant": {
            "role": "reporter",
            "over": "441802",
            "valid_from": "2022-06-01",
            "valid_to": "",
            "sector": "",
            "post_code": "",
        },
    }


class TestRoleDesk(DeskTests):
    desk = desk.RoleDesk
    make = factories.role


class TestGrantDesk(DeskTests):
    desk = desk.GrantDesk
    make = factories.grant
