package phrase

var logsZh = map[ID]string{}
