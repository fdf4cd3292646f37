package phrase

// What can be wrong with an expression of --fail-on or --find-limit, and why one can't be decided.
const (
	ThresholdAt         ID = "threshold.at"
	ThresholdEmpty      ID = "threshold.empty"
	ThresholdLong       ID = "threshold.long"
	ThresholdSyntax     ID = "threshold.syntax"
	ThresholdEnds       ID = "threshold.ends"
	ThresholdNear       ID = "threshold.near"
	ThresholdUnknown    ID = "threshold.unknown"
	ThresholdNothing    ID = "threshold.nothing"
	ThresholdOnlyNames  ID = "threshold.only-names"
	ThresholdFunction   ID = "threshold.function"
	ThresholdArguments  ID = "threshold.arguments"
	ThresholdOne        ID = "threshold.one"
	ThresholdTwo        ID = "threshold.two"
	ThresholdNoSpread   ID = "threshold.no-spread"
	ThresholdNoCount    ID = "threshold.no-count"
	ThresholdOperator   ID = "threshold.operator"
	ThresholdNotAllowed ID = "threshold.not-allowed"
	ThresholdChained    ID = "threshold.chained"
	ThresholdNeeds      ID = "threshold.needs"
	ThresholdSpread     ID = "threshold.spread"
	ThresholdUnlike     ID = "threshold.unlike"
	ThresholdIn         ID = "threshold.in"
	ThresholdAnswer     ID = "threshold.answer"

	ThresholdTurned    ID = "threshold.turned"
	ThresholdSingle    ID = "threshold.single"
	ThresholdUnit      ID = "threshold.unit"
	ThresholdShare     ID = "threshold.share"
	ThresholdMisplaced ID = "threshold.misplaced"

	ThresholdNoFrame   ID = "threshold.no-frame"
	ThresholdNoByte    ID = "threshold.no-byte"
	ThresholdNoConnect ID = "threshold.no-connect"
	ThresholdNoPublish ID = "threshold.no-publish"
	ThresholdNoValue   ID = "threshold.no-value"
	ThresholdNobody    ID = "threshold.nobody"
	ThresholdNoNumber  ID = "threshold.no-number"
	ThresholdValue     ID = "threshold.value"
	ThresholdMillis    ID = "threshold.millis"
	ThresholdValueless ID = "threshold.valueless"

	ThresholdANumber   ID = "threshold.a-number"
	ThresholdATruth    ID = "threshold.a-truth"
	ThresholdAText     ID = "threshold.a-text"
	ThresholdASpread   ID = "threshold.a-spread"
	ThresholdAList     ID = "threshold.a-list"
	ThresholdAnObject  ID = "threshold.an-object"
	ThresholdAnUnknown ID = "threshold.an-unknown"
)

// threshold is the English of this area.
var threshold = map[ID]string{
	ThresholdAt:         "%q, column %d: %v",
	ThresholdEmpty:      "an empty expression; give one such as 'p99(first_frame_ms) > 800' or 'publish.refused.busy > 0'",
	ThresholdLong:       "an expression of %d characters; at most %d are read: is it the right text?",
	ThresholdSyntax:     "%s; an expression looks like p99(first_frame_ms) > 800 && stalls > 10",
	ThresholdEnds:       "it ends too early; an expression looks like p99(first_frame_ms) > 800 && stalls > 10",
	ThresholdNear:       "unknown name %q: did you mean %s?",
	ThresholdUnknown:    "unknown name %q; there are %s",
	ThresholdNothing:    "unknown name %q: %s is %s and has no fields",
	ThresholdOnlyNames:  "what stands before a dot or in brackets must be a name of the JSON result, such as publish.refused.busy or steps[0].stalls",
	ThresholdFunction:   "there is no function %s; there are %s",
	ThresholdArguments:  "%[1]s takes one name, such as %[1]s(first_frame_ms)",
	ThresholdOne:        "%s takes one number",
	ThresholdTwo:        "%[1]s takes two numbers or more, such as %[1]s(publish.attempts, play.sessions)",
	ThresholdNoSpread:   "%[1]s takes a distribution, such as %[1]s(first_frame_ms); %[2]s is %[3]s: compare it as it is",
	ThresholdNoCount:    "count takes a distribution or a list, such as count(first_frame_ms) or count(findings); %s is %s",
	ThresholdOperator:   "there is no %s here; there are + - * / %%, comparisons, && || !, ?: and in",
	ThresholdNotAllowed: "this has no place in a threshold; there are names, numbers, text, + - * / %, comparisons, && || !, ?: and in",
	ThresholdChained:    "write it out: a < b && b < c in place of a < b < c, and a ? a : b in place of a ?: b",
	ThresholdNeeds:      "%s needs %s, and this is %s",
	ThresholdSpread:     "%s is a distribution: say which of its values is meant, such as p99(%[1]s) or max(%[1]s)",
	ThresholdUnlike:     "%s and %s can't be compared",
	ThresholdIn:         "in needs a list of values behind it, such as server.state in [\"crashed\", \"hung\"]",
	ThresholdAnswer:     "it comes to %s; it must be true or false, such as p99(first_frame_ms) > 800",

	ThresholdNoValue:   "no value: this run has no %s",
	ThresholdNoFrame:   "nobody got a first frame",
	ThresholdNoByte:    "nobody got a first byte",
	ThresholdNoConnect: "nobody connected",
	ThresholdNoPublish: "no publisher was accepted",
	ThresholdNobody:    "no value: nothing of %s happened",

	ThresholdTurned:    "write %s in place of %s",
	ThresholdSingle:    "write == in place of =",
	ThresholdUnit:      "times are milliseconds: write %s in place of %s",
	ThresholdShare:     "shares are between 0 and 1: write %s in place of %s %%",
	ThresholdMisplaced: "%s can't stand here",

	ThresholdNoNumber:  "no value: it comes to no number, as of a division by zero",
	ThresholdValue:     "%s is %s",
	ThresholdMillis:    "%s ms",
	ThresholdValueless: "%s has no value",

	ThresholdANumber:   "a number",
	ThresholdATruth:    "true or false",
	ThresholdAText:     "text",
	ThresholdASpread:   "a distribution",
	ThresholdAList:     "a list",
	ThresholdAnObject:  "an object",
	ThresholdAnUnknown: "not known",
}
