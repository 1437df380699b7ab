"""Tests of `pledges.releases`."""
