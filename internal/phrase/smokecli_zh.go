package phrase

var smokeCLIZh = map[ID]string{}
