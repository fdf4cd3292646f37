package phrase

var timelineTextZh = map[ID]string{}
