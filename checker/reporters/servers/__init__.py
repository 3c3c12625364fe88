"""Formats for those who show a finding beside the line that it is about: servers, and editors."""
