"""What studies found and the model does not show, and why, as far as that is known: `docs/patterns.md` prints it."""

MISSES: dict[str, str] = {
    "T04.1": "The yearly gain of the third year lies above the mean of the first two, because skill is still growing when support ends; practice falls afterwards, but more slowly than half in a year. "
    "That it falls is held by a direction.",
    "T11": "A check, not fitted. Of the effect when implemented the model realises a smaller part in the mixed arm: trained teachers left alone deliver almost nothing, which is T01.",
    "T14": "One number for dilution cannot serve both T07 (effects halve with size) and a national programme that did better than its pilot; routine use makes up for part of it only.",
    "T15.1": "Too many schools sustain: those that keep going hold each other through the district's share of users.",
    "T15.4": "Too few schools give up at once. Schools differ too little in their first year: the staff of a school share one course, one principal and one coach, and average out.",
    "T19.1": "The best third gains a little where the study found a fall: skill still grows over the three rounds. The correlation of rounds is near the study's.",
    "T24": "Teachers of one school differ too little in skill, which has no lasting difference between persons: a partner has little to give.",
    "T39.2": "A gap of a year in the pilot and in the middle end alike after 15 years: schools come back, and nothing of the years lost is held against the programme.",
}
