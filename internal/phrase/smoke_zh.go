package phrase

// smokeZh is the Chinese of this area.
var smokeZh = map[ID]string{
	SmokePublishAndPlay:  "推三条流，每条流三个播放端",
	SmokeReturnUnpublish: "推流端像 OBS 和 ffmpeg 那样正常断开，0 到 500 ms 后重新推流，播放端分别为 0、1、8 个",
	SmokeReturnFIN:       "推流端不打招呼直接关闭连接（FIN），再重新推流",
	SmokeReturnRST:       "推流端重置连接（RST），再重新推流",
	SmokeReturnCut:       "推流端在消息发到一半时断开，再重新推流",
	SmokeReturnHalfClose: "推流端只关闭发送方向（半关闭），再重新推流",
	SmokeReturnVanish:    "推流端保持连接但不再发送，等服务器察觉后立即重新推流",
	SmokeDropTogether:    "二十条流同时断开并立即重新推流，重复三次",
	SmokePlayInGap:       "没有人推流时播放端先来，应收到随后的推流",
	SmokeStalledPlayer:   "一个播放端从不读取；其他播放端和重新推流都不应受影响",
	SmokeContenders:      "当前推流端还在时，其他推流端被拒绝；它断开后则被接受",
	SmokeCodecChange:     "推流端换一种分辨率、编码档次和采样率重新推流，之后再换回原来的",
	SmokeAudioOnly:       "只有音频的流，推流并重新推流",
	SmokeVideoOnly:       "只有视频的流，推流并重新推流",
	SmokeReleased:        "前面用例的每条流都还能再推一次",

	SmokeNoPlayURL:     "没有给出 --play-url，而本用例没有播放端就没有意义",
	SmokeTakeover:      "profile 为 %s 的服务器允许新的推流端顶替旧的，不会拒绝任何一个",
	SmokeIgnored:       "profile 为 %s 的服务器对 %s 这种断开方式没有反应",
	SmokeNever:         "从未见过 profile 为 %s 的服务器察觉静默的推流端",
	SmokeVanish:        "profile 为 %s 的服务器可能要 %v 才能察觉静默的推流端，超过 smoke 等待的 %v；请用：flvstorm chaos --leave vanish",
	SmokeNothingBefore: "之前没有用例推过流",
	SmokeDied:          "服务器在 %s 中崩溃",
	SmokeStopped:       "运行此前已停止：%v",
	SmokeFailed:        "flvstorm 自身在 %s 中出错：%v",

	SmokeUnknown: "%s：没有用例 %q；最接近的是 %s，--list 列出全部",
	SmokeNone:    "%s：没有用例 %q；可用的有 %s",
	SmokeNothing: "--only %q 与 --skip %q 之下没有剩余用例；--list 列出全部",
}
