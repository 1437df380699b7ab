"""Tests of `pledges.api`."""
