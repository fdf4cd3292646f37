package phrase

var compareTextZh = map[ID]string{}
