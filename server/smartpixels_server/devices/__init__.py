"""Devices: what each location shows and the last state of every device, for those who watch and those who join later.

`service` keeps them in memory, in the order of one sequence per location, and publishes changes; `sockets` takes the
reports of the locations; `messages` are the frames for viewers.
"""
