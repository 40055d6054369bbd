"""Documents with lines and steps: drafted, submitted and numbered, approved by the persons a table names, posted, voided by another.

An app declares header and lines as models, what posting does as a function, and a `DocumentDesk`. Everything else is here.
"""

from anlan.kit.documents.model import Document, DocumentState, LastStep, Line, posting, voiding
from anlan.kit.documents.verbs import verbs_of

__all__ = ["Document", "DocumentState", "LastStep", "Line", "posting", "verbs_of", "voiding"]
