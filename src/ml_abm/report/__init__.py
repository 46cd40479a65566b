"""What a run looks like on paper: figures and tables are functions of a trace."""
