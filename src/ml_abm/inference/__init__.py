"""What trials say of the numbers of behaviour: priors, runs of all trials at many points, and their weights."""
