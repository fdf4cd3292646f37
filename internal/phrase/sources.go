package phrase

// Sentences about the local addresses that connections are made from.
const (
	SourcesNotAddress  ID = "sources.not-address"
	SourcesRange       ID = "sources.range"
	SourcesBits        ID = "sources.bits"
	SourcesNobody      ID = "sources.nobody"
	SourcesMissing     ID = "sources.missing"
	SourcesMissingMany ID = "sources.missing-many"
	SourcesOwn         ID = "sources.own"
	SourcesFamily      ID = "sources.family"
)

// sources is the English of this area.
var sources = map[ID]string{
	SourcesNotAddress:  "--source-ip %q: is no address; give one of this machine's, a range such as 10.0.0.5-10.0.0.9, or a prefix such as 127.0.0.0/8",
	SourcesRange:       "--source-ip %q: must go from a lower to a higher address of the same kind, for example 10.0.0.5-10.0.0.9",
	SourcesBits:        "--source-ip %q: has a host behind its prefix; give %s for the whole network, or %s for that address alone",
	SourcesNobody:      "--source-ip %q: no connection can come from %s; give addresses that this machine has",
	SourcesMissing:     "--source-ip %s: this machine has no such address; give another, or add it first, on Linux with: ip address add %s/%d dev lo (%v)",
	SourcesMissingMany: "--source-ip %s: this machine has no such address, nor %d more of those given; give others, or add them first, on Linux with: ip address add %s/%d dev lo (%v)",
	SourcesOwn:         "--source-ip %s: cannot be tried because this machine ran out of something: %v; raise the limit (ulimit -n)",
	SourcesFamily:      "%s has no address of the kind that --source-ip names: give IPv4 addresses for IPv4, IPv6 addresses for IPv6 (%v)",
}
