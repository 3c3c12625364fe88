"""The environments worth testing, and the files in which tox and workflows read them."""
