"""Tests of `pledges.history`."""
