package phrase

// metricsZh is the Chinese of this area.
var metricsZh = map[ID]string{
	MetricsAddress: "--metrics %q：请给出地址和端口，例如 127.0.0.1:9464，或只给端口",
	MetricsListen:  "--metrics %s：无法监听：%v；是否有另一次运行占用该端口？请换一个，或用 0 表示任意端口",

	MetricsBuildInfo:    "flvstorm 的版本，以标签给出。",
	MetricsServerUp:     "据目前所知，被测服务器是否存活。",
	MetricsFindings:     "各类问题至今发现的次数。",
	MetricsFindingsMade: "至今发现问题的总次数，不分代码。",
	MetricsLoadStep:     "当前所处的负载档。",

	MetricsPlayers:       "播放端数量，按当前状态。",
	MetricsPlayersWanted: "此刻应有的播放端数量。",
	MetricsSessions:      "请求流的次数，按播放端类型。",
	MetricsSessionsEnded: "被服务器断开的播放会话数，按播放端类型。",
	MetricsPlayRefused:   "没有得到流的请求数，按状态码或连接失败的原因。",
	MetricsStalls:        "播放端卡顿的次数。",
	MetricsStalled:       "播放端卡顿的总时长。",
	MetricsPlayed:        "播放端正常播放的总时长。",
	MetricsReceived:      "播放端收到的应答字节数。",
	MetricsFirstFrame:    "播放端首帧耗时：从计划时刻算起；没有计划时从发出请求算起。",

	MetricsPublishers:       "推流端数量，按当前状态；稳定负载下不含同时进行的混沌测试。",
	MetricsPublishersWanted: "此刻应有的推流端数量。",
	MetricsPublishAccepted:  "被服务器接受的推流次数。",
	MetricsPublishRefused:   "未被服务器接受的推流次数，按状态代码或连接失败的原因。",
	MetricsSent:             "推流端发送的字节数：稳定负载下随推流累计，不含同时进行的混沌测试；否则在每次推流结束时计入。",
	MetricsFrameLateness:    "服务器正常收取时，帧写出的滞后时间。",

	MetricsLag:         "flvstorm 自身定时器的滞后时间。",
	MetricsCPU:         "flvstorm 自身占用的 CPU 核数。",
	MetricsResident:    "flvstorm 自身占用的内存。",
	MetricsDescriptors: "flvstorm 自身打开的描述符数。",
	MetricsPorts:       "到服务器的连接占用的本地端口数。",
	MetricsLate:        "flvstorm 自身滞后过多、数据不可信的时间窗（约一秒一个）数量，按原因。",
}
