package phrase

// Sentences of a report for the issue tracker of the server, and other formats.

var issueText = map[ID]string{}
