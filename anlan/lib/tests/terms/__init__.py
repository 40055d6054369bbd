"""The table of legal terms: cases, and the slow oracle that worked them out."""
