"""Viewers: the anonymous people who watch and click. No accounts: a signed cookie, a friendly handle, a budget.

`service` knows who is where and who acted lately; `handles` names people; `audience` counts them.
"""
