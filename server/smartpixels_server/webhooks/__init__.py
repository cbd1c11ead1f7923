"""Webhooks: other programs are told what happens, signed, until they say that they know.

`model` signs and says when to try again; `targets` refuses addresses that are not of the internet; `store` and
`sql_store` keep webhooks and the queue; `service` adds and tells; `sender` works off the queue.
"""
