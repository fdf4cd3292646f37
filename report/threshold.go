package report

// Threshold is what came of one expression of --fail-on.
type Threshold struct {
	Expr string `json:"expr"`
	// OK says that it does not fail the run: the expression is false. Undecided says why nobody knows.
	OK        bool   `json:"ok"`
	Undecided string `json:"undecided,omitempty"`
	// Values are what was named in it, by name; Text says them.
	Values map[string]any `json:"values"`
	Text   string         `json:"text"`
}
