package target

import "github.com/flvstorm/flvstorm/internal/profile"

// Use names the profile that explains the log, where it was not known yet when the log began: what kind of server it is
// shows only once it has been greeted. Call it before Run; what is written until then waits.
func (f *LogFollower) Use(p *profile.Profile) { f.profile = p }
