package phrase

// sourcesZh is the Chinese of this area.
var sourcesZh = map[ID]string{
	SourcesNotAddress:  "--source-ip %q：不是地址；请给出本机的地址、范围（例如 10.0.0.5-10.0.0.9）或网段（例如 127.0.0.0/8）",
	SourcesRange:       "--source-ip %q：范围必须从低到高，且两端是同一种地址，例如 10.0.0.5-10.0.0.9",
	SourcesBits:        "--source-ip %q：网段中含有主机位；整个网段请写 %s，单个地址请写 %s",
	SourcesNobody:      "--source-ip %q：不能从 %s 发起连接；请给出本机拥有的地址",
	SourcesMissing:     "--source-ip %s：本机没有这个地址；请换一个，或先添加它，Linux 上用：ip address add %s/%d dev lo（%v）",
	SourcesMissingMany: "--source-ip %s：本机没有这个地址，所给地址中另有 %d 个也没有；请换成别的，或先添加它们，Linux 上用：ip address add %s/%d dev lo（%v）",
	SourcesOwn:         "--source-ip %s：无法检验，因为本机资源耗尽：%v；请调高限制（ulimit -n）",
	SourcesFamily:      "%s 没有与 --source-ip 同类的地址：IPv4 配 IPv4，IPv6 配 IPv6（%v）",
}
