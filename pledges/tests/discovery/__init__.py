"""Tests of `pledges.discovery`."""
