package phrase

// logsZh is the Chinese of this area.
var logsZh = map[ID]string{
	LogsNoCommand:   "--log-cmd：没有给出程序；请给出能持续输出服务器日志的命令，例如 'docker logs -f --tail 0 srs'",
	LogsNotStarted:  "--log-cmd %s：无法启动：请检查程序名以及是否可执行：%v",
	LogsEnded:       "%s：服务器日志在运行结束前就中断了（%s），此后服务器说了什么无从得知",
	LogsCommandEnds: "--log-cmd %s：在运行结束前就退出了（%s），此后服务器说了什么无从得知；最后的输出：%s",
	LogsExit:        "退出码 %d",
	LogsSignal:      "信号 %s",
	LogsEnd:         "文件结束",
	LogsNoEvidence:  "无法在 %s 中保存 sanitizer 报告：%v",
	LogsReportCut:   "（该报告另有 %d 行略去）",

	TiedByToken: "日志中出现了流名后面所带的 token",
}
