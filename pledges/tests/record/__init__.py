"""Tests of `pledges.record`."""
