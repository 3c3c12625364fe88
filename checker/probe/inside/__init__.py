"""THE SCRIPT that runs inside the patient: standard library only, Python 3.6 syntax, imported by nobody there.

The files of this folder are joined into one program (`checker.probe.assemble`): relative imports are dropped and all
of it shares one namespace, so names must be unique across the files and every relative import stands on one line.
"""
