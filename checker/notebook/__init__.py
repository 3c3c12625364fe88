"""The checker in a notebook: `%load_ext checker`, `%preflight`, `%%rehearse`, `checker.preflight()`."""
