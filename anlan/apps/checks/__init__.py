"""Check sheets 检查表: what is looked at, by which version of which sheet, with what answers, and what was found wrong.

Law: each item cites its own clause; a finding may start a legal term (`law`). Nouns: sheet, version, item, check, answer, finding.
Not here: what becomes of a finding beyond being put right (a danger, a task: the app above that listens to `checks.finding_opened`).
"""
