package phrase

var targetZh = map[ID]string{}
