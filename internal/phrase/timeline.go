package phrase

// Sentences of the timeline of the HTML report, most of it said by its script.

var timelineText = map[ID]string{}
