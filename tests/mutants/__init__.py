"""Mutation tests: those of a list that once survived all tests (`make listed-mutants`), and all that Cosmic Ray makes (`make mutants`)."""
