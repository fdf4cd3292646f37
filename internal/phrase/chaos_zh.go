package phrase

var chaosZh = map[ID]string{}
