"""`checker matrix`: a group of commands about releases that go together, one a file; `GROUPS` lists them."""
