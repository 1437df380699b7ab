"""Tests of `pledges.admin`."""
