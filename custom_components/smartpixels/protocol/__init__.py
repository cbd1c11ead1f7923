"""The wire between a location and the public server: messages, strict codec, error codes, version.

Depends on msgspec only. `server/smartpixels_server/protocol` is a symlink to this folder; docs/protocol.md is the
prose.
"""
