package phrase

var loadZh = map[ID]string{}
