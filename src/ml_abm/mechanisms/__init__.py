"""What happens in a month: one equation family a file, each equation one small scalar function.

`p` is always the record of parameters (`ml_abm.parameters`); every other argument is a state or a count.
Kernels compile these; the plain-Mesa reference in the tests runs their Python text.
"""
