"""Moderation: what strangers write is looked through before anybody else reads it.

`text` is the pipeline, pure; `words` are the lists that come with it, `confusables` the letters that look alike.
"""
