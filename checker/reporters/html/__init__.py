"""The report for a browser: one file that needs nothing else, and the same as a part of a notebook's page."""
