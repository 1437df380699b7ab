"""Tests of `pledges.query`."""
