package phrase

var pageTextZh = map[ID]string{}
