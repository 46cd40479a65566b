"""The same model in plain Mesa style: the specification in executable form."""
