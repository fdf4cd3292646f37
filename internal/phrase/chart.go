package phrase

// Sentences of the charts of the HTML report.

var chartText = map[ID]string{}
