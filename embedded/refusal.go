package embedded

import "fmt"

// refusal is why a publish was refused, in the words of SRS's log. On the wire there are none: SRS closes the connection.
type refusal struct {
	code  int
	name  string
	text  string
	where string // what failed inside what, outermost first
}

// Error says it as SRS prints an error with its wrappings.
func (r *refusal) Error() string {
	return fmt.Sprintf("serve error code=%d(%s)(%s) : service cycle : rtmp: stream service : %s", r.code, r.name, r.text, r.where)
}

// busy: somebody publishes the key.
func busy(k *key) error {
	return &refusal{1028, "StreamBusy", "Stream already exists or busy",
		fmt.Sprintf("rtmp: stream %s is busy", k.sid())}
}

// duplicated: the HTTP mount of the publish before still stands.
func duplicated(k *key) error {
	return &refusal{4001, "HttpPatternDuplicated", "Failed to handle HTTP request for pattern duplicated",
		fmt.Sprintf("handle publish : http mount : http: mount flv stream for vhost=%[1]s failed : pattern=%[1]s.flv exists", k.sid())}
}

// disposing: the stream of the publish before is still being torn down.
func disposing(*key) error {
	return &refusal{1098, "StreamDisposing", "Stream is disposing", "handle publish : http mount : stream is disposing"}
}
