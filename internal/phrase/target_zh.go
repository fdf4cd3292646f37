package phrase

// targetZh is the Chinese of this area.
var targetZh = map[ID]string{
	TargetNoURL:       "缺少 %s：请给出服务器的 URL，例如 %s",
	TargetScheme:      "%s %s：必须以 %s:// 或 %ss:// 开头，例如 %s",
	TargetNotURL:      "%s %s：不是 URL：请检查主机和端口；应类似 %s",
	TargetBlank:       "%s %s：含有空格或控制字符；应类似 %s",
	TargetNoHost:      "%s %s：没有主机名；应类似 %s",
	TargetPort:        "%s %s：端口 %s 不在 1 到 65535 之间",
	TargetUser:        "%s %s：RTMP 不支持在主机前写用户名；请按服务器的要求给出 token，通常是在流名后加 ?token=…",
	TargetNoStream:    "%s %s：没有 app 和流名；应类似 %s",
	TargetPlaceholder: "%s %s：只有 {stream} 会被替换；请去掉其他花括号",
	TargetNeedsStream: "%s %s：%d 条流需要在流名的位置写 {stream}，如 %s；或使用 --streams 1",
	TargetOneFixed:    "%s %s：没有 {stream}，而 %s 中有：播放的会不是所推的流；请两处都写，或都不写",

	TargetRefuses:   "%s 拒绝连接：服务器在运行吗？%s 中的端口对吗？（%v）",
	TargetUnreached: "无法到达 %s：请检查 %s 中的主机（%v）",
	TargetNoAnswer:  "%s 在 %v 内没有应答：中间有防火墙吗？%s 中的主机对吗？（%v）",
	TargetOwnLimit:  "无法连接 %s，因为本机资源耗尽：%v；请调高限制（ulimit -n），或减小负载",
	TargetSilent:    "%s 接受了连接，但 %v 内没有任何数据：它是 RTMP 服务器吗？是不是无响应了？（%v）",
	TargetHangsUp:   "%s 在 RTMP 握手期间关闭了连接：它是 RTMP 服务器吗？允许本机连接吗？（%v）",
	TargetNotRTMP:   "%s 不是 RTMP，它应答的是 %q：这是不是别的服务的端口？（%v）",
	TargetNotHTTP:   "%s 不支持 HTTP：%s；--play-url 的端口对吗？",
	TargetNotFLV:    "%s 的应答不是 FLV：--play-url 对吗？（%v）",
	TargetTaken:     "--exec 启动之前，%s 就已有应答：请停止监听在那里的程序，或在 URL 中换用别的端口",
	TargetLive:      "%s 正在直播，而 flvstorm 绝不占用别人的流：请停止那个推流端，或用 --stream-prefix 换用别的流名",
	TargetRedirect:  "应答要求转到另一台主机（%s），flvstorm 不会跟随",
	TargetRedirects: "应答连续 %d 次要求转到别处，flvstorm 不再跟随",

	TargetNotStarted: "无法启动服务器 %s：%v",
	TargetDied:       "服务器 %s 尚未就绪就退出了（%s）；它最后的输出：%s",
	TargetNotReady:   "服务器 %s 未能按时就绪；它最后的输出：%s（%v）",
	TargetNoWords:    "无",

	TargetLogNoFolder: "--log %s：没有目录 %s；请给出服务器正在写或将要写的文件",
	TargetLogNotFile:  "--log %s：不是文件；请给出服务器所写的文件",
	TargetLogNotRead:  "--log %s：无法读取：%v",
	TargetLogNotKept:  "服务器的输出不再保存：%v",
	TargetLogFlood:    "服务器日志来得太快，来不及读取，有些行被丢弃",
	TargetLogMore:     "（此处另有 %d 行 WARN 及以上级别的日志被略去）",
	TargetLogBehind:   "--log %s：增长太快，来不及读取；末尾部分未读",
	TargetLogNever:    "--log %s：文件始终没有出现，因此服务器日志的内容无从得知",
}
