package phrase

var loadReportZh = map[ID]string{}
