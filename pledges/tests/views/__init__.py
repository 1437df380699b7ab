"""Tests of `pledges.views`."""
