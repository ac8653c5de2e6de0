"""The command line. Written in full below the desk; this file is the thin path first."""
