"""Operators: who runs this server or looks after places on it, how they log in, and what they did.

`model` says what they may, `passwords` and `totp` check who they are, `store` and `sql_store` remember, `service` logs
in and keeps the audit log. Their pages are in `website/admin`.
"""
