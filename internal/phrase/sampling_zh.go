package phrase

// samplingZh is the Chinese of this area.
var samplingZh = map[ID]string{
	SampleNoAPI:     "--api %s：不了解 %q 类服务器的 API；能读取的有：%s（请用 --profile 给出其中之一，或自己的文件）",
	SampleNotURL:    "--api %s：不是 HTTP API 的 URL；应形如 %s",
	SampleNoSecret:  "--api %s：profile %q 需要环境变量 %s 的值才能访问：export %s=…",
	SampleNoProcess: "--pid %d：没有这个进程；服务器的进程号可由 pidof 或其 pid 文件得到",
	SampleDenied:    "API %s 拒绝访问（%d）：请在环境变量中设置 profile 所需的值；应答为 %q",
	SampleNotFound:  "API %s 不存在（404）：--api 的端口对吗，API 开启了吗，profile 与服务器相符吗？应答为 %q",
	SampleStatus:    "API %s 返回状态码 %d：%q",
	SampleSlow:      "API %s 在 %v 内没有应答",
	SampleUnreached: "无法查询 API %s：API 开启了吗，--api 的地址对吗？（%v）",
	SampleRedirect:  "API %s 被重定向到：%s；如果那是服务器的地址，请用 --api 给出",
	SampleLong:      "API %s 的应答超过 %d MB，不予读取",
	SampleNotJSON:   "API %s 的应答不是 JSON：--api 的端口对吗？应答为 %q",
	SampleNoList:    "API %s 的应答中没有列表 %q：profile 与服务器相符吗？应答为 %q",
	SampleTooMany:   "API %s 列出的流超过 %d 条，或名称长得无法保存，因此不再监测",

	SaysLeak:        "推流端和播放端已断开，服务器仍保留其描述符、连接、流或内存",
	LeakDescriptors: "描述符：运行前 %d 个，我方全部断开后 %d 个：平均每次重新推流多 %.2f 个（共 %d 次）",
	LeakConnections: "连接（API）：运行前 %d 条，我方全部断开后 %d 条",
	LeakStream:      "我方全部断开后，服务器的 API 仍显示有推流端",
	LeakMemory:      "内存：预热后从 %.1f MB 增至 %.1f MB，其间重新推流 %d 次：每次 %.1f KB，至少 %.1f KB",
}
