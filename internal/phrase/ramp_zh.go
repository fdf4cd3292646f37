package phrase

var rampZh = map[ID]string{}
