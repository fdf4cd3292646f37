package report

import (
	"github.com/flvstorm/flvstorm/report/check"
)

// usage is what the server's process used, nil where nobody looked.
func usage(u *check.Use) *Usage {
	if u == nil {
		return nil
	}
	return &Usage{
		Samples: u.Samples, Sanitizer: u.Sanitizer,
		CPU:    CPU{Took: millis(u.CPU), Mean: u.Mean, Peak: u.Peak, PerReturn: millis(u.PerReturn)},
		Memory: Level(u.RSS), FDs: Level(u.FDs), Threads: Level(u.Threads),
	}
}

// api is what the server's API showed, nil where nobody asked.
func api(a *check.APIUse) *API {
	if a == nil {
		return nil
	}
	return &API{
		Samples: a.Samples, Failed: a.Errors, Error: cut(a.FirstError),
		Clients: Level(a.Clients), Streams: Level(a.Streams), Took: percentiles(a.Took),
	}
}
