"""What else moves when a package moves: asked of the index, or of what ships with the checker."""
