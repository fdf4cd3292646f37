package phrase

// Sentences of the HTML report.

var pageText = map[ID]string{}
