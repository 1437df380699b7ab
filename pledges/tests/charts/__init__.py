"""Tests of `pledges.charts`."""
