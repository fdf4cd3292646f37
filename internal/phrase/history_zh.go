package phrase

var historyZh = map[ID]string{}
