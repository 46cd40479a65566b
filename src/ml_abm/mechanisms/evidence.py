"""Evidence: what is measured, what is reported, what is believed."""

from ..foundation.compiled import formula
from .chance import bounded, relax


@formula
def next_data_quality(data_quality, funded, p):
    """Return D' relaxing to the data work that is paid for (0..1); it decays when it is not paid for."""
    return bounded(relax(data_quality, p.data_base + (1.0 - p.data_base) * funded, p.organisation_speed))


@formula
def reported_fidelity(fidelity, data_quality, p):
    """Return min(1, f + bias (1 - D)): self-reports flatter (Ennett et al. 2011), and decisions see the report."""
    return min(1.0, fidelity + p.report_bias * (1.0 - data_quality))


@formula
def next_observed_benefit(observed, learning, data_quality, noise, p):
    """Return y' = y + ly [signal - y]: what the staff believe they see of the learning gain, 0..1.

    The signal is the gain over a gain that anyone would notice. Without data only a part is seen, through noise.
    `noise` is uniform in -1..1.
    """
    seen = p.benefit_seen_without_data + (1.0 - p.benefit_seen_without_data) * data_quality
    signal = seen * learning / p.noticeable_gain + p.benefit_noise * (1.0 - data_quality) * noise
    return bounded(relax(observed, bounded(signal), p.organisation_speed))


@formula
def evidence_seen(benefit, data_quality, p):
    """Return the evidence that outsiders can see: benefit, as far as data carry it beyond the school."""
    return benefit * (p.benefit_seen_without_data + (1.0 - p.benefit_seen_without_data) * data_quality)
