//go:build unix

package main

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/load/target/launch"
)

// TestFell: a server that takes no connection any more is waited for, so that the next case does not begin on one that is
// dying; one that goes on all the same is not dead.
func TestFell(t *testing.T) {
	t.Parallel()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, tt := range map[string]struct {
		ctx   context.Context
		lasts string // seconds
		want  bool
	}{
		"dying":                     {t.Context(), "0.3", true},
		"it goes on, and we do not": {stopped, "60", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(&targetFlags{publishURL: "rtmp://127.0.0.1:" + freePort(t) + "/live/{stream}"}, 1, nil, nil, io.Discard)
			var err error
			if s.road, err = target.NewRoad(target.RoadConfig{}); err != nil {
				t.Fatal(err)
			}
			if s.fell(tt.ctx) {
				t.Error("a server that is not ours fell")
			}
			s.process, err = launch.Start(launch.Command{Path: "sleep", Args: []string{tt.lasts}, Sink: s.sink, StopWithin: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer s.process.Stop(context.Background())
			if got := s.fell(tt.ctx); got != tt.want || got != s.dead() {
				t.Errorf("fell %v, want %v", got, tt.want)
			}
		})
	}
}
