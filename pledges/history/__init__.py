"""What records were before: the site as of a past day, and the public changes of a pledge in words.

Not here: writing history (django-simple-history does), comparing releases (`releases`), feeds (`feeds`).
"""
