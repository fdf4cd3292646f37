package phrase

var chartTextZh = map[ID]string{}
