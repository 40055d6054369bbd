"""With real commits: nobody changes the journal, and an owner's forgery is named by number."""

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from anlan.apps.people import actions
from anlan.kit import journal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.databases import the_cluster


@pytest.mark.xdist_group("committed")
def test_a_flipped_byte_is_named(committed: None) -> None:
    with entered(Scope.everything("system:test")):
        actions.define_role(code="x", name="x", name_en="", permissions=["a.b"])
        verdict = journal.verify()
        assert verdict.verified
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE kit_journalentry SET actor = 'nobody'")
        with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as forger:
            with pytest.raises(psycopg.Error):
                forger.execute("UPDATE kit_journalentry SET actor = 'nobody' WHERE seq = 3")
            forger.execute("ALTER TABLE kit_journalentry DISABLE TRIGGER USER")
            forger.execute("UPDATE kit_journalentry SET actor = actor || '.' WHERE seq = 3")
        broken = journal.verify()
        assert (broken.verified, broken.broken) == (False, 3)
