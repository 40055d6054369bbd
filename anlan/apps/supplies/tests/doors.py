"""Whom each address of supplies is open to: read by tests/test_jurisdiction.py, which finds this file by itself."""

from anlan.apps.supplies.desk import CountDesk, IssueDesk, ReceiptDesk, TransferDesk
from anlan.kit.testing.documents import doors_of

DECIDED = doors_of(ReceiptDesk, IssueDesk, TransferDesk, CountDesk)
