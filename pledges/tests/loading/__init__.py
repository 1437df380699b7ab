"""Tests of `pledges.loading`."""
