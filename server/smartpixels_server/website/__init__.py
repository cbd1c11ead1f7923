"""The website: pages rendered here, completed by the elements in `static/`.

`pages` answers, `views` puts places into words and pictures, `texts` and `vocabulary` know the languages, `assets` has
the files, `scene` draws the night; `sockets` and `audience` are the pages' standing connection.
"""
