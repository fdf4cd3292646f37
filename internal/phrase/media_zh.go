package phrase

var mediaZh = map[ID]string{}
