"""Put text on paper; free of Home Assistant.

Plain slips only so far: what stays below is the line to the printer (`transport`), what may be printed at all (`text`)
and the bytes of a slip (`encoder`); `printer` brings them together.
"""
