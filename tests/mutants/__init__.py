"""Mutations of decision rules that once survived all tests, each with the tests that must fail: `make mutants`."""
