"""Tests of operations: its desks are walked by tests/kit/test_own_desks.py."""
