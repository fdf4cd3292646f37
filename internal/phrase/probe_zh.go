package phrase

var probeZh = map[ID]string{}
