package phrase

var loadCLIZh = map[ID]string{}
