package target

import (
	"context"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// greetWithin bounds the whole greeting.
const greetWithin = 5 * time.Second

// Greet connects once as a publisher would, publishes nothing, and returns what the server said of itself. A server that
// can't be greeted can't be tested; the error says what it did instead and what to look at.
func Greet(ctx context.Context, road *Road, to Endpoint) (rtmp.ConnectReply, error) {
	ctx, cancel := context.WithTimeout(ctx, greetWithin)
	defer cancel()
	nc, err := road.Dial(ctx, to.Network(), to.Addr)
	if err != nil {
		return rtmp.ConnectReply{}, notGreeted(to, err)
	}
	defer nc.Close()
	client, err := rtmp.NewClient(ctx, nc, rtmp.ClientConfig{App: to.App, TCURL: to.TCURL})
	if err != nil {
		return rtmp.ConnectReply{}, notGreeted(to, err)
	}
	return client.Reply(), nil
}

// notGreeted says that the greeting failed. The query of the application may let somebody in, and the server may quote it.
func notGreeted(to Endpoint, err error) error {
	app, query, _ := strings.Cut(to.App, "?")
	text := foreign.Clean(err.Error())
	if query != "" {
		text = strings.ReplaceAll(text, "?"+query, "?"+foreign.Masked)
	}
	return phrase.Errorf(phrase.CLIGreet, to.Addr, app, &foreign.Error{Text: foreign.Mask(text), Cause: err})
}
