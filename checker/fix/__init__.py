"""`--fix` and `--write`: a proven change applied to the user's environment, or written down."""
