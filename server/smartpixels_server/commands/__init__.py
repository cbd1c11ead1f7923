"""Commands: a viewer's wish on its way to a device, with exactly one answer.

`model` says what a device accepts; `lanes` keeps one command per device in flight and the newest one waiting; `service`
checks, sends, remembers; `sockets` is `viewer_command`.
"""
