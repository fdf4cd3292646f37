package phrase

var ciZh = map[ID]string{}
