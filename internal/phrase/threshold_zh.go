package phrase

var thresholdZh = map[ID]string{}
