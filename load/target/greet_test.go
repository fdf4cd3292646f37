package target

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// rejects answers connect with an error of this text.
func rejects(text string) func(net.Conn) {
	return func(nc net.Conn) {
		c1 := make([]byte, 1+sizeC1)
		io.ReadFull(nc, c1)
		nc.Write(append(append([]byte{rtmpVersion}, c1[1:]...), c1[1:]...))
		io.ReadFull(nc, c1[1:]) // C2
		nc.Read(make([]byte, 4096))
		str := func(s string) string { return string([]byte{byte(len(s) >> 8), byte(len(s))}) + s }
		object := "\x03" + str("level") + "\x02" + str("error") + str("code") + "\x02" + str("NetConnection.\x1b[31mConnect.Rejected") +
			str("description") + "\x02" + str(text) + "\x00\x00\x09"
		body := "\x02" + str("_error") + "\x00\x3f\xf0\x00\x00\x00\x00\x00\x00\x05" + object
		nc.Write(rtmp.AppendMessage(nil, rtmp.Message{Type: 20, ChunkStream: 3, Payload: []byte(body)}, 128))
		io.Copy(io.Discard, nc)
	}
}

// TestGreetKeepsSecrets: a server that refuses may quote what it was asked, token and all; the sentence does not.
func TestGreetKeepsSecrets(t *testing.T) {
	tests := []struct{ name, app, text, want string }{
		{"nothing is quoted", "live?token=hunter2", "no", `"live"`},
		{"the application", "live?token=hunter2", "no application live?token=hunter2 here", "live?*** here"},
		{"a parameter whose name says nothing", "live?vhost=v.test&x=hunter2", "live?vhost=v.test&x=hunter2 is unknown", "live?*** is unknown"},
		{"the URL", "live?token=hunter2", "denied: rtmp://me:hunter2@h/live?token=hunter2", "rtmp://***@h/live?***"},
		{"a terminal sequence in the code", "live", "no", "NetConnection.Connect.Rejected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := URLs{Publish: "rtmp://" + serve(t, rejects(tt.text)) + "/" + tt.app + "/{stream}?key=hunter2"}
			_, err := Greet(t.Context(), new(Road), u.Endpoint("s"))
			var refusal *rtmp.Refusal
			switch {
			case !errors.As(err, &refusal):
				t.Fatalf("%v", err)
			case strings.Contains(err.Error(), "hunter2"), strings.Contains(err.Error(), "\x1b"):
				t.Errorf("%q", err)
			case !strings.Contains(err.Error(), tt.want):
				t.Errorf("%q lacks %q", err, tt.want)
			}
		})
	}
	_, err := Greet(t.Context(), new(Road), URLs{Publish: "rtmp://" + peertest.Nobody(t) + "/live?token=hunter2/{stream}"}.Endpoint("s"))
	if err == nil || strings.Contains(err.Error(), "hunter2") || WireOf(err) != "refused" {
		t.Errorf("nobody listens: %v", err)
	}
}
