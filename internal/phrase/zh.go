package phrase

// The words of the Chinese catalogue, so that all its areas use the same:
//
//	publisher 推流端, player/viewer 播放端, watcher/crowd 普通播放端, witness 见证播放端, contender 争抢端, owner 当前推流端
//	key, stream 流 (5 条流); publish (an attempt) 推流, session 会话, departure 断开, return 重新推流, epoch 轮次; holder 占用者
//	refused 被拒绝, busy 忙 (stream busy 流忙), accepted 被接受 (publish to accepted 推流到接受), ended by the server 被服务器断开
//	gap 间隔, grace 宽限期, sweep 间隔扫描, armed 预连接, full reconnect 完整重连, recovery 恢复, seed 随机种子
//	chaos 混沌测试, storm 压测阶段, steady load 稳定负载, ramp 爬坡, settling 收尾检查, step 档 (of a ramp) or 步 (of a scenario), case 用例, run (of flvstorm) 运行
//	finding 问题, cause 根因, effect 后果, for good 始终未恢复, stuck 卡死, info 提示, died 崩溃, verdict 结论, threshold 阈值, excused 豁免, baseline 基线
//	pass 通过, fail 失败, inconclusive 无定论, interrupted 已中断, profile profile (as it is, for 配置 is the server's own file), rule 规则
//	stall 卡顿, starved 断流, sequence header 序列头, keyframe 关键帧, tag tag, frame 帧, timestamp 时间戳, late 滞后, silent 静默
//	server 服务器, process 进程, crash 崩溃, hung 无响应, generator 压测机 (the machine) or 压测端 (the program)
//	folder 目录, descriptor 描述符, "or else try" hints 请…, you 你 (never 您)
//
// Full-width punctuation (，。：；（）) in sentences, a space between Han and Latin letters or digits and none beside full-width
// punctuation, quotes “”; flags, codes of findings, names of JSON, `FILE` and what stands in code stay as they are, and so does
// the no-break space between a number and its unit.

// chinese are the files of the catalogue in simplified Chinese: one beside each of the English ones, with the same IDs.
var chinese = []map[ID]string{
	cliZh,
	smokeCLIZh,
	loadCLIZh,
	mediaZh,
	flvFaultsZh,
	embeddedZh,
	loadZh,
	targetZh,
	chaosZh,
	historyZh,
	findingsZh,
	witnessedZh,
	logsZh,
	tablesZh,
	profileZh,
	reachZh,
	sourcesZh,
	selfwatchZh,
	metricsZh,
	samplingZh,
	processZh,
	ciZh,
	smokeZh,
	probeZh,
	viewersZh,
	loadReportZh,
	thresholdZh,
	rampZh,
	crowdZh,
	pageTextZh,
	timelineTextZh,
	chartTextZh,
	compareTextZh,
	issueTextZh,
}
