"""Lock files: one reader a tool."""
