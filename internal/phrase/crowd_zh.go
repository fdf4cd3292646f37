package phrase

var crowdZh = map[ID]string{}
