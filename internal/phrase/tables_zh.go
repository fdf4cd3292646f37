package phrase

var tablesZh = map[ID]string{}
