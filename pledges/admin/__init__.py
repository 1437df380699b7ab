"""The editors' site. Its modules are imported by `pledges.apps`: the site itself must exist first."""
