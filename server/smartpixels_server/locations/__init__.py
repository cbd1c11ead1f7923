"""Locations: who may join, with which token, and who is linked right now.

`service` creates, pairs, authenticates and revokes; `store` and `sql_store` remember. `links` is the registry of live
links: the newer of two wins, a revoked one ends. `http` is the pairing route, `sockets` the `/location` namespace.
"""
