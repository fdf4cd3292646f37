package phrase

// Sentences about what this machine has for a load, and lacks.
const (
	SelfwatchDescriptors       ID = "selfwatch.descriptors"
	SelfwatchDescriptorsSoft   ID = "selfwatch.descriptors-soft"
	SelfwatchDescriptorsDarwin ID = "selfwatch.descriptors-darwin"
	SelfwatchDescriptorsOther  ID = "selfwatch.descriptors-other"
	SelfwatchPorts             ID = "selfwatch.ports"
	SelfwatchPortsLinux        ID = "selfwatch.ports-linux"
)

// selfwatch is the English of this area.
var selfwatch = map[ID]string{
	SelfwatchDescriptors: "this run needs %d descriptors, and a process may have %d here: let this shell have more with: " +
		"sudo prlimit --pid $$ --nofile=%d:%d; for good in /etc/security/limits.conf, in a container with --ulimit nofile=%d; or ask for less",
	SelfwatchDescriptorsSoft:   "this run needs %d descriptors, and a process may have %d here: raise that in this shell with: ulimit -n %d; or ask for less",
	SelfwatchDescriptorsDarwin: "this run needs %d descriptors, and a process may have %d here: raise that with: sudo launchctl limit maxfiles %d %d && ulimit -n %d; or ask for less",
	SelfwatchDescriptorsOther:  "this run needs %d descriptors, and a process may have %d here: raise that limit to %d, or ask for less",
	SelfwatchPorts: "this run makes %d connections to one place, those that have just ended among them, and there are %d local ports for " +
		"each of %d addresses: give %d addresses of this machine with --source-ip; or ask for less",
	SelfwatchPortsLinux: "this run makes %d connections to one place, those that have just ended among them, and there are %d local ports for " +
		"each of %d addresses: give %d addresses of this machine with --source-ip, or have more ports with: " +
		"sudo sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"; or ask for less",
}
