package phrase

var processZh = map[ID]string{}
