"""`checker repro`: one script that shows a failure, seen to do so."""
