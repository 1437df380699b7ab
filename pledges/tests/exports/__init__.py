"""Tests of `pledges.exports`."""
