"""Law 法条与期限: what the law says, which days are worked, and by when something must be done.

Law: 民法典 §§ 200–204 (how terms are counted); each rule names its own article. Other apps start, stop and change terms through
`api`. Not here: whom to tell when a term runs out (the app whose record it is), how a limit is counted (`anlan/lib/legal_terms.py`).
"""
