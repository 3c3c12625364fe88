"""What a rehearsed script is given."""
