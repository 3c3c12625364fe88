"""What artifacts of each form hold."""
