package phrase

var sourcesZh = map[ID]string{}
