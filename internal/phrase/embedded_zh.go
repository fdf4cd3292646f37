package phrase

// embeddedZh is the Chinese of this area.
var embeddedZh = map[ID]string{
	EmbeddedServe: "单独运行内置服务器：RTMP 推流，HTTP-FLV 播放",
	EmbeddedServeLong: `serve 运行 flvstorm 自带的服务器，直到被中断。推流用
    ffmpeg -re -i in.mp4 -c copy -f flv rtmp://127.0.0.1:1935/live/s0
播放 http://127.0.0.1:8080/live/s0.flv，任何能播 HTTP-FLV 的播放器都行。日志写到标准输出，
格式与 SRS 的日志相同。API 在 HTTP 端口上，
路径为 /api/v1/streams 和 /api/v1/clients，格式也与 SRS 相同。

无论推流端多快回来，它都会接受。加上 --bug 则故意带上一种缺陷，用来试试 flvstorm 能发现什么：
`,

	EmbeddedFlagRTMP:   "推流端连接的地址；端口 0 表示取一个空闲端口",
	EmbeddedFlagHTTP:   "播放端和 API 的地址；端口 0 表示取一个空闲端口",
	EmbeddedFlagBug:    "给服务器制造一种缺陷：%s",
	EmbeddedFlagAbsent: "播放没有人推的流时的应答：wait（什么都不回，直到有人推流）或 404",
	EmbeddedFlagStdin:  "标准输入结束时也停止",

	EmbeddedAddress:    "%s %q 不是地址：请写成 HOST:PORT，例如 127.0.0.1:1935，或用 127.0.0.1:0 取一个空闲端口",
	EmbeddedListen:     "无法在 %[2]s 上监听 %[1]s：请用 %[3]s 换一个地址，或用端口 0 取一个空闲端口（%[4]v）",
	EmbeddedAbsent:     "--absent %q 无法识别：可选 wait 或 404",
	EmbeddedBugUnknown: "--bug %q 无法识别：可选 %s",
	EmbeddedNegative:   "内置服务器：%s 不能为负",

	EmbeddedBugEarlyRelease:     "先释放流，后移除它的 HTTP 挂载；在这之间重新推流会失败，并使该流永久被占",
	EmbeddedBugLeakedAcquire:    "流在占用者背后被拆除；其间重新推流会被拒绝，并使该流永久被占",
	EmbeddedBugSlowRelease:      "最后一个播放端断开之后才释放流，最多晚 2 s",
	EmbeddedBugDoubleAccept:     "已有推流端时，仍接受第二个推流端",
	EmbeddedBugHalfClosedReject: "第二个推流端被拒绝，但它继续发送的数据仍会到达播放端",
	EmbeddedBugStaleGOP:         "重新推流之后进来的播放端，先收到上一次推流的最后画面",
	EmbeddedBugNoEOF:            "推流结束后，它的播放端既不会被断开，也收不到下一次推流",
	EmbeddedBugSilentPlay:       "重新推流之后进来的播放端，只收到应答和 FLV 头，然后什么也没有",
	EmbeddedBugTornTag:          "偶尔有 PreviousTagSize 与前一个 tag 不符",
	EmbeddedBugTSRewind:         "偶尔有时间戳倒退",
	EmbeddedBugNoSequenceHeader: "推流中途进来的播放端，只收到帧，收不到序列头",
	EmbeddedBugDropFrames:       "两个关键帧之间，偶尔有一帧谁也收不到",
	EmbeddedBugCrash:            "对有播放端的流第三次重新推流时，进程退出",
	EmbeddedBugHang:             "对有播放端的流第三次重新推流时，服务器不再应答",
	EmbeddedBugLeak:             "推流端已经断开，它的连接却永远留着",
	EmbeddedBugUnevenEOF:        "推流结束时，每三个播放端中有一个被留下，接着收到下一次推流，其余的都被断开",
}
