package phrase

// selfwatchZh is the Chinese of this area.
var selfwatchZh = map[ID]string{
	SelfwatchDescriptors: "本次运行需要 %d 个描述符，而本机每个进程最多 %d 个：请为当前 shell 调高：" +
		"sudo prlimit --pid $$ --nofile=%d:%d；永久生效请改 /etc/security/limits.conf，容器中用 --ulimit nofile=%d；或减小负载",
	SelfwatchDescriptorsSoft:   "本次运行需要 %d 个描述符，而本机每个进程最多 %d 个：请在当前 shell 中调高：ulimit -n %d；或减小负载",
	SelfwatchDescriptorsDarwin: "本次运行需要 %d 个描述符，而本机每个进程最多 %d 个：请调高：sudo launchctl limit maxfiles %d %d && ulimit -n %d；或减小负载",
	SelfwatchDescriptorsOther:  "本次运行需要 %d 个描述符，而本机每个进程最多 %d 个：请把上限调到 %d，或减小负载",
	SelfwatchPorts: "本次运行要向同一地址建立 %d 条连接（包括刚结束的），而每个本机地址只有 %d 个本地端口，" +
		"现有 %d 个地址：请用 --source-ip 给出 %d 个本机地址；或减小负载",
	SelfwatchPortsLinux: "本次运行要向同一地址建立 %d 条连接（包括刚结束的），而每个本机地址只有 %d 个本地端口，" +
		"现有 %d 个地址：请用 --source-ip 给出 %d 个本机地址，或扩大端口范围：" +
		"sudo sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"；或减小负载",
}
