package target

import (
	"context"
	"net"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// greetWithin bounds the whole greeting.
const greetWithin = 5 * time.Second

// Greet connects once as a publisher would, publishes nothing, and returns what the server said of itself. A server that
// can't be greeted can't be tested; the error says what it did instead and what to look at.
func Greet(ctx context.Context, to Endpoint) (rtmp.ConnectReply, error) {
	ctx, cancel := context.WithTimeout(ctx, greetWithin)
	defer cancel()
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", to.Addr)
	if err != nil {
		return rtmp.ConnectReply{}, phrase.Errorf(phrase.CLIGreet, to.Addr, to.App, err)
	}
	defer nc.Close()
	client, err := rtmp.NewClient(ctx, nc, rtmp.ClientConfig{App: to.App, TCURL: to.TCURL})
	if err != nil {
		return rtmp.ConnectReply{}, phrase.Errorf(phrase.CLIGreet, to.Addr, to.App, err)
	}
	return client.Reply(), nil
}
