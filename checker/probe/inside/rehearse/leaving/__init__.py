"""What a script leaves behind it."""
