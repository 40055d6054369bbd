"""The ledger: append-only double entries of goods, people or money, with balances beside them that the entries prove.

An app declares a subclass: what moves, and between which places. Everything else is here: never below zero, as of any instant, reversal, proof.
"""

from anlan.kit.ledger.guard import SecureLedger
from anlan.kit.ledger.model import LEDGERS, Ledger, Standing
from anlan.kit.ledger.places import Place, Spot
from anlan.kit.ledger.proof import Proof, verify

__all__ = ["LEDGERS", "Ledger", "Place", "Proof", "SecureLedger", "Spot", "Standing", "verify"]
