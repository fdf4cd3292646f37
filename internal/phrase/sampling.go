package phrase

// Sentences about what is sampled of a server while it runs: its API, its process, and what is learned from both.
const (
	SampleNoAPI     ID = "sample.no-api"
	SampleNotURL    ID = "sample.not-url"
	SampleNoSecret  ID = "sample.no-secret"
	SampleNoProcess ID = "sample.no-process"
	SampleDenied    ID = "sample.denied"
	SampleNotFound  ID = "sample.not-found"
	SampleStatus    ID = "sample.status"
	SampleSlow      ID = "sample.slow"
	SampleUnreached ID = "sample.unreached"
	SampleRedirect  ID = "sample.redirect"
	SampleLong      ID = "sample.long"
	SampleNotJSON   ID = "sample.not-json"
	SampleNoList    ID = "sample.no-list"
	SampleTooMany   ID = "sample.too-many"

	SaysLeak        ID = "finding.leak"
	LeakDescriptors ID = "leak.descriptors"
	LeakConnections ID = "leak.connections"
	LeakStream      ID = "leak.stream"
	LeakMemory      ID = "leak.memory"
)

// sampling is the English of this area.
var sampling = map[ID]string{
	SampleNoAPI:     "--api %s: nothing is known of the API of a server of kind %q; the API can be read of: %s (give one with --profile, or a file of your own)",
	SampleNotURL:    "--api %s: is not the URL of an HTTP API; it should look like %s",
	SampleNoSecret:  "--api %s: profile %q needs what stands in the environment variable %s to be let in: export %s=…",
	SampleNoProcess: "--pid %d: there is no such process; the server's number is what pidof or its pid file tells",
	SampleDenied:    "the API %s does not let us in (%d): set what its profile takes from the environment; it says %q",
	SampleNotFound:  "the API %s is not there (404): is --api the right port, the API switched on, and the profile that of the server? It says %q",
	SampleStatus:    "the API %s answers with status %d: %q",
	SampleSlow:      "the API %s does not answer within %v",
	SampleUnreached: "the API %s can't be asked: is it switched on, and is --api its address? (%v)",
	SampleRedirect:  "the API %s is somewhere else: %s; give that place with --api if it is the server's",
	SampleLong:      "the API %s answers with more than %d MB, which is not read",
	SampleNotJSON:   "the API %s does not answer with JSON: is --api the right port? It says %q",
	SampleNoList:    "the API %s answers without a list %q: is the profile that of the server? It says %q",
	SampleTooMany:   "the API %s lists more than %d streams, or names too long to be kept, so it is not watched",

	SaysLeak:        "the server kept descriptors, connections, streams or memory of publishers and players that had gone",
	LeakDescriptors: "descriptors: %d before the run, %d after everything of ours had gone: %.2f more for each of %d returns",
	LeakConnections: "connections, by its API: %d before the run, %d after everything of ours had gone",
	LeakStream:      "its API still shows a publisher after everything of ours had gone",
	LeakMemory:      "memory: from %.1f to %.1f MB over %d returns after the warm-up: %.1f KB a return, at least %.1f",
}
