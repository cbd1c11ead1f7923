"""The HTTP API for other programs: keys with scopes, places and their devices, commands, webhooks.

`model`, `store`, `sql_store` and `service` keep the keys; `messages` are the answers; `places` and `hooks` the
endpoints; `news` tells webhooks; `openapi` describes all of it.
"""
