"""A data package into an empty site: unpacked without trust, built through the models, verified by exporting it again.

Not here: what a package holds (`exports.tables`), the command (`management`), the first data set (`build_fixtures`).
"""
