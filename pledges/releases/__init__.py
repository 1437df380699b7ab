"""Releases: frozen data packages that can be cited. `make` makes one, `compare` tells two apart.

Not here: what is in a package (`exports.package`), the model (`models.releases`), their pages (`views.releases`).
"""
