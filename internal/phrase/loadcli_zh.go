package phrase

// loadCLIZh is the Chinese of this area.
var loadCLIZh = map[ID]string{
	LoadShort: "稳定负载：大量播放端和推流端，可分阶段，也可一直加到服务器撑不住为止",
	LoadLong: `推若干条流，并用你指定数量的播放端播放：一次全部上线，按速率到达，分阶段变化，或不断增加，
直到某个表达式不再成立。报告播放端得到了什么，以及压测机自己是否跟得上：
flvstorm 自身滞后的时间窗口会被标出，压测机自身的极限绝不会算到服务器头上。

每条流有一个播放端读取并检查每一帧；其余的只读取每个 tag 的头，其余数据交给内核丢弃。
退出码：0 通过，1 发现问题或阈值未达标，2 用法错误，3 无定论或无法运行，130 已中断。`,
	LoadSample: `  flvstorm load --players 500 --duration 1m
  flvstorm load --players 2000 --arrive 50/s --fail-on 'p99(first_frame_ms) > 800' --fail-on 'stall_rate > 0.001'
  flvstorm load --stages 0:100,30s:1000,60s:1000
  flvstorm load --find-limit 'stall_rate < 0.001 && p99(first_frame_ms) < 1000'
  flvstorm load --publish-url rtmp://127.0.0.1:1935/live/{stream} --play-url http://127.0.0.1:8080/live/{stream}.flv --streams 10 --players 300
  flvstorm load --play-only --play-url http://127.0.0.1:8080/live/cam.flv --players 1000 --slow 5%@100k`,

	LoadFlagPlayers: "每条流的播放端数量",
	LoadFlagFor:     "负载开始之后持续多久；对 --find-limit 则是最多用多久",
	LoadArrive:      "播放端（--publish-only 时为推流端）按此速率到达，与服务器应答快慢无关：50/s、3000/m；50/s:even 表示均匀到达，不随机",
	LoadStages:      "各时刻的数量，其间线性变化：0:100,30s:1000,60s:1000（所有流的播放端合计）",
	LoadFindLimit:   "找出使这个 `EXPRESSION` 成立的最大负载：先翻倍，再二分",
	LoadStart:       "--find-limit 从多少个开始",
	LoadMost:        "--find-limit 最多试到多少个",
	LoadHold:        "--find-limit 对每档负载测量多久",
	LoadSlow:        "这个比例的播放端读得慢，每个按此速率：5%@100k",
	LoadChurn:       "这个比例的播放端大约在此时间后离开，并立刻重新进入：10%@5s",
	LoadIdle:        "这个比例的播放端只占着连接，从不读取：2%",
	LoadBuffer:      "播放端缓冲多少之后开始播放；收到的都播完了就算卡顿",
	LoadSourceIP:    "轮流从这些 `ADDRESSES` 发起连接：单个地址、范围 10.0.0.5-10.0.0.9、网段 10.0.1.0/24（可重复）",
	LoadChaos:       "在负载之外，另对这么多条流做混沌测试：它们的推流端断开并立刻重新推流",
	LoadPublishOnly: "没有播放端：负载就是推流端，每条流一个",
	LoadPlayOnly:    "没有推流端：播放已经在推的流",
	LoadLeave:       "--chaos 的推流端的断开方式，可带权重：%s",
	CLIFailOn:       "结果使这个 `EXPRESSION` 为真时算失败，例如 'p99(first_frame_ms) > 800'（可重复）",
	CLIMetrics:      "运行期间在这个 `ADDRESS` 提供 Prometheus 指标，例如 127.0.0.1:9464",

	CLIExpression:   "%s：%v",
	CLIMetricsAt:    "指标地址 http://%s/metrics",
	CLIMetricsEnded: "不再提供指标：%v",

	LoadNot:            "--%s 和 --%s 不能一起使用：请去掉其中一个",
	LoadNeeds:          "--%s 要与 --%s 一起使用",
	LoadSweep:          "--gap sweep 与 --find-limit 一起使用：要在多长时间内扫描？请给出 --duration",
	LoadZero:           "--%s：必须大于零",
	LoadBufferBad:      "--buffer %v：必须在 0s 到 1m 之间",
	LoadNobody:         "--players 0：这样就没有人播放了；若本意如此，请用 --publish-only",
	LoadOnlyOne:        "--publish-only 和 --play-only 一起使用，就什么都不剩了：请去掉其中一个",
	LoadPlayNames:      "--play-only 而 --play-url 中有 {stream}：播放哪些流？请给出 --stream-prefix（s 表示 s0、s1……），或把流名直接写进 URL",
	LoadPlayTarget:     "--play-only 播放已经在推的流：请给出它的 --play-url，或 --streams-file",
	LoadChaosBad:       "--chaos %d：必须在 0 到 %d 之间",
	LoadChaosNames:     "--chaos 需要自己的流：请在流名的位置写 {stream}；不能与 --streams-file 一起使用",
	LoadManyPublishers: "--publish-only：%d 个推流端超出了一台机器的能力；最多 %d 个",
	LoadListedFew:      "--publish-only：有 %d 个推流端，而 --streams-file 只有 %d 条流：每个推流端都要有自己的流",
	LoadDryPlayers:     "连接          最多 %d 个推流端和 %d 个播放端",
	LoadDryLimit:       "--find-limit %s，%d 到 %d 个%s",
	LoadDryHold:        "%d 个%s，持续 %v，%s",
	LoadDryAtOnce:      "一次全部上线",
	LoadDryArrive:      "按 %s 到达",
	LoadOfPlayers:      "播放端",
	LoadOfPublishers:   "推流端",
	LoadDryWalk:        "负载          %s",
	LoadNotMeasured:    "什么也没有测到",
	LoadOursMostly:     "flvstorm 自身在 %d 个窗口中滞后，窗口共 %d 个",
	LoadFewPlayers:     "同时在线的播放端从未超过 %d 个，应有 %d 个（不计见证播放端）",
	LoadFewPublishers:  "同时在线的推流端从未超过 %d 个，应有 %d 个",
}
