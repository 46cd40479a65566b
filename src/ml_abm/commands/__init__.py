"""What the commands of `ml-abm` do, a file a subject; heavy imports wait inside the functions."""
