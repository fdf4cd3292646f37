package phrase

var selfwatchZh = map[ID]string{}
