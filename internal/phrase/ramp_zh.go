package phrase

// rampZh is the Chinese of this area.
var rampZh = map[ID]string{
	RampStagesEmpty:    "--stages 为空：请给出时间和该时刻的数量，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesMany:     "--stages 有 %d 个点：最多 %d 个，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesSyntax:   "--stages：%q 不是时间加数量；请写成 30s:1000，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesTime:     "--stages：%q 的时间必须在 0 到 %v 之间，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesCount:    "--stages：%q 的数量必须在 0 到 %d 之间，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesBack:     "--stages：%q 的时间倒退了，前一个点在 %v；时间从开始算起，例如 --stages 0:100,30s:1000,60s:1000",
	RampStagesThrice:   "--stages：%q 已是 %v 处的第三个点；两个点就能表示突变，不需要更多，例如 --stages 0:100,30s:100,30s:1000,60s:1000",
	RampStagesNoEnd:    "--stages %q 一开始就结束了；请加上结束点，例如 --stages 0:100,30s:100",
	RampStagesLastJump: "--stages：%q 在末尾突变，之后没有内容；请写明持续到何时，例如 --stages 0:100,30s:100,30s:1000,60s:1000",
	RampStagesNobody:   "--stages %q 的数量始终为零；例如 --stages 0:100,30s:1000,60s:1000",

	RampArriveSyntax: "--arrive %q：必须是每秒（s）、每分（m）或每小时（h）到来的数量，例如 --arrive 50/s",
	RampArriveManner: "--arrive %q：到来方式只有 even 或 poisson，没有 %q，例如 --arrive 50/s:even",
	RampArriveBounds: "--arrive %q：必须在 1/h 到 %d/s 之间，例如 --arrive 50/s；不给则全部同时到来",

	RampShareSyntax: "%[1]s %[2]q：必须形如 %[1]s %[3]s",
	RampSharePart:   "%[1]s %[2]q：比例必须大于 0%%，不超过 100%%，例如 %[1]s %[3]s",
	RampShareRate:   "%[1]s %[2]q：速率必须在每秒 1k 到 1G 比特之间，例如 %[1]s %[3]s",
	RampShareStay:   "%[1]s %[2]q：停留时间必须在 %[3]v 到 %[4]v 之间，例如 %[1]s %[5]s",
	RampShareSum:    "--slow、--churn 和 --idle 合计占播放端的 %g %%：最多 100 %%",

	RampStart:       "--start %d：搜索的起始负载必须在 1 到 --max（%d）之间",
	RampMax:         "--max %d：搜索的最大负载必须在 1 到 %d 之间",
	RampHold:        "--hold %v：搜索的每档负载可测 %v 到 %v",
	RampSearchShort: "--duration %v 太短，按 --hold %v 测一档负载就需要 %v；请给 --duration %v 或更长，或者不给，一直搜索到出结果",
}
