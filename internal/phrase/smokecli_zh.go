package phrase

// smokeCLIZh is the Chinese of this area.
var smokeCLIZh = map[ID]string{
	SmokeShort: "面向 CI 的短测试集：按固定顺序，逐个用例检验容易出问题的地方",
	SmokeLong: `在 90 s 之内跑完一组用例：推流和播放；每种断开方式之后的重新推流，配合五种间隔，
播放端为零个、一个和八个；二十条流同时断开；晚到的播放端，从不读取的播放端，争抢端，更换编码，
只有音频或只有视频；最后检查一切资源是否都已释放。每个用例使用自己的流，单独判定。
由 --exec 启动的服务器若崩溃，会为下一个用例重新启动。

退出码：0 通过，1 发现问题，2 用法错误，3 无定论或无法运行，130 已中断。`,
	SmokeSample: `  flvstorm smoke --profile srs --exec './objs/srs -e' --junit smoke.xml
  flvstorm smoke --publish-url rtmp://127.0.0.1:1935/live/{stream} --play-url http://127.0.0.1:8080/live/{stream}.flv --log srs.log
  flvstorm smoke --self-test --only 'return-*'
  flvstorm smoke --list`,

	SmokeOnly:   "只跑这些用例：用例名，或以 * 结尾的前缀，用逗号分隔",
	SmokeSkip:   "跳过这些用例",
	SmokeRepeat: "把测试集重复跑这么多遍",
	SmokeList:   "列出用例后退出",

	SmokeRepeatBad: "--repeat %d：必须在 1 到 %d 之间",
	SmokeNoFile:    "--streams-file：测试集的用例按各自的需要给流命名；请给出带 {stream} 的 --publish-url 和 --play-url",
}
