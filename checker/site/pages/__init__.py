"""The pages, one kind a file: pure functions from what was measured to HTML."""
