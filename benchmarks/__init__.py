"""How fast, how large, beside what: `make bench` measures and writes docs/benchmarks.md."""
