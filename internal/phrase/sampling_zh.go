package phrase

var samplingZh = map[ID]string{}
