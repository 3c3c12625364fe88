"""The one flow of every canary, from its data to the logged model."""
