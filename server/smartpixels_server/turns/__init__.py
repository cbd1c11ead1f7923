"""Turns: how many people share one place. Free play while they are few, one after the other when they are many.

`model` is the line of a location, `crowd` how many want to play there, `together` what they decide together: all pure;
`store` keeps them; `budgets` are the token buckets of viewers and their networks; `service` decides who may act now;
`sockets` are `request_turn`, `ready`, `pass_turn` and the `turn` pushes.
"""
