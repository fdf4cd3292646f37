package phrase

var reachZh = map[ID]string{}
