"""What is known of values while a script is read."""
