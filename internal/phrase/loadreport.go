package phrase

// What is said of a run under steady load.
const (
	WhyGeneratorLate  ID = "why.generator-late"
	WhyGeneratorLimit ID = "why.generator-limit"
	WhyNoneHeld       ID = "why.none-held"
	WhyUndecided      ID = "why.undecided"
	ThresholdLine     ID = "threshold.line"
	ThresholdBare     ID = "threshold.bare"
)

// loadReport is the English of this area.
var loadReport = map[ID]string{
	WhyGeneratorLate:  "the generator itself was late in %d of %d windows, mostly by %s: the figures may be its own and not the server's",
	WhyGeneratorLimit: "the generator itself was the limit: %d held, and whether the server would have carried %d nobody knows",
	WhyUndecided:      "nobody knows whether --fail-on %s: %s",
	ThresholdLine:     "--fail-on %s: %s",
	ThresholdBare:     "--fail-on %s",
	WhyNoneHeld:       "not even the smallest load that was tried held, %d: give a smaller --start",
}
