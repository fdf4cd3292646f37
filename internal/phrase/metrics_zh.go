package phrase

var metricsZh = map[ID]string{}
