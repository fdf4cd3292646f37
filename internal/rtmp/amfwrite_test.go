package rtmp

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/yutopp/go-amf0"
	"github.com/yutopp/go-rtmp/message"
)

// TestCommandsAreGoRTMPs compares the commands that we put together with what go-rtmp makes of the same.
func TestCommandsAreGoRTMPs(t *testing.T) {
	long := strings.Repeat("x", 1<<16-1)
	tests := []struct {
		name string
		tid  int64
		ours values
		args message.AMFConvertible
	}{
		{"connect", 1, values{application{"live", "FMLE", "rtmp://h/live"}}, &message.NetConnectionConnect{
			Command: message.NetConnectionConnectCommand{
				App: "live", Type: "nonprivate", FlashVer: "FMLE", TCURL: "rtmp://h/live",
				Capabilities: 15, AudioCodecs: 4071, VideoCodecs: 252, VideoFunction: 1,
			},
		}},
		{"releaseStream", 2, values{nil, "s0"}, &message.NetConnectionReleaseStream{StreamName: "s0"}},
		{"FCPublish", 3, values{nil, long}, &message.NetStreamFCPublish{StreamName: long}},
		{"createStream", 4, values{nil}, &message.NetConnectionCreateStream{}},
		{"publish", 5, values{nil, "s0?a=b", "live"}, &message.NetStreamPublish{PublishingName: "s0?a=b", PublishingType: "live"}},
		{"deleteStream", 0, values{nil, uint32(7)}, &message.NetStreamDeleteStream{StreamID: 7}},
		{"_result", 1, values{properties{}, information{"c", amf0.ECMAArray{"srs_id": "x"}}}, same{
			struct {
				FMSVer       string `amf0:"fmsVer"`
				Capabilities int    `amf0:"capabilities"`
				Mode         int    `amf0:"mode"`
			}{"FMS/3,5,3,888", 127, 1},
			struct {
				Level          string         `amf0:"level"`
				Code           string         `amf0:"code"`
				Description    string         `amf0:"description"`
				ObjectEncoding int            `amf0:"objectEncoding"`
				Data           amf0.ECMAArray `amf0:"data"`
			}{"status", "c", "Connection succeeded", 0, amf0.ECMAArray{"srs_id": "x"}},
		}},
		{"onStatus", 0, values{nil, fullStatus{"l", "c", "d", "i"}}, same{nil, struct {
			Level       string `amf0:"level"`
			Code        string `amf0:"code"`
			Description string `amf0:"description"`
			ClientID    string `amf0:"clientid"`
		}{"l", "c", "d", "i"}}},
		{"onFCPublish", 0, values{nil, shortStatus{"c", "d"}}, same{nil, struct {
			Code        string `amf0:"code"`
			Description string `amf0:"description"`
		}{"c", "d"}}},
		{"others", 9, values{1.5, true, false, []int{1}, int8(3), time.UnixMilli(5)}, same{1.5, true, false, []int{1}, int8(3), time.UnixMilli(5)}},
	}
	for _, tt := range tests {
		var body, want bytes.Buffer
		if err := message.EncodeBodyAnyValues(amf0.NewEncoder(&body), tt.args); err != nil {
			t.Fatal(err)
		}
		err := message.NewEncoder(&want).Encode(&message.CommandMessage{
			CommandName: tt.name, TransactionID: tt.tid, Encoding: message.EncodingTypeAMF0, Body: &body,
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := appendCommand(nil, 1<<20, 0, tt.name, tt.tid, tt.ours)
		if err != nil || !bytes.Equal(got[12:], want.Bytes()) {
			t.Errorf("%s: %v\n got %q\nwant %q", tt.name, err, got[12:], want.Bytes())
		}
	}
	r := amfReader{b: appendString(nil, long+"xy")} // go-rtmp has no long strings
	if v, err := r.next(); v != long+"xy" || err != nil {
		t.Errorf("a long string comes back as %T, %v", v, err)
	}
	if _, err := appendCommand(nil, 128, 0, "bad", 1, values{make(chan int)}); err == nil {
		t.Error("a channel was encoded")
	}
}

// same are the arguments of a command, for go-rtmp.
type same []any

func (s same) FromArgs(...any) error                      { return nil }
func (s same) ToArgs(message.EncodingType) ([]any, error) { return s, nil }
