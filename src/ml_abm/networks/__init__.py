"""Networks: who looks to whom, generated, read from files, and measured."""
