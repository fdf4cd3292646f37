package phrase

var findingsZh = map[ID]string{}
