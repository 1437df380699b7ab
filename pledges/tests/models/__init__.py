"""Tests of `pledges.models`."""
