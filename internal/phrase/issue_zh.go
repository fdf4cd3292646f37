package phrase

var issueTextZh = map[ID]string{}
