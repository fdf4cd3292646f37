//go:build unix

package main

// ofWitness are mutations of what a witness sees.
var ofWitness = []mutation{
	// The order of frames.
	{
		is:   "a witness sees no gap",
		file: "load/witness.go",
		old:  "if missing -= w.unread; missing > 0 && !e.forgiven {",
		new:  "if missing -= w.unread; false {",
		rows: []string{"a frame dropped", "drop-frames"},
	},
	{
		is:   "a frame that comes late is lost all the same",
		file: "load/holes.go",
		old:  "if h.left--; h.left == 0 {",
		new:  "if false {",
		rows: []string{"two frames exchanged"},
	},
	{
		is:   "a witness sees no frame out of order",
		file: "load/witness.go",
		old:  "w.odd(history.Back, f,",
		new:  "_ = fmt.Sprint(history.Back, f,",
		rows: []string{"two frames exchanged"},
	},
	{
		is:   "a witness sees no frame twice",
		file: "load/witness.go",
		old:  "w.odd(history.Again, f, \"\")",
		new:  "",
		rows: []string{"a frame twice"},
	},
	{
		is:   "a frame that came again is new",
		file: "load/sequence.go",
		old:  "case s.marked(n):\n\t\treturn again, 0",
		new:  "case s.marked(n):\n\t\treturn behind, 0",
		rows: []string{"a frame twice"},
	},
	{
		is:   "the next frame is one too far ahead",
		file: "load/sequence.go",
		old:  "if jump == 0 {\n\t\t\treturn nextOne, 0",
		new:  "if jump == 0 {\n\t\t\treturn ahead, 1",
		rows: []string{"fin"},
	},

	// What is in them.
	{
		is:   "a witness sees no damaged stamp",
		file: "load/witness.go",
		old:  "w.odd(history.Damaged, f, f.damage.Error())",
		new:  "",
		rows: []string{"a damaged stamp"},
	},
	{
		is:   "a witness sees no altered picture",
		file: "load/witness.go",
		old:  "f.stamp.Sum != 0 && f.sum != f.stamp.Sum:",
		new:  "false:",
		rows: []string{"an altered picture"},
	},
	{
		is:   "every picture is altered",
		file: "load/witness.go",
		old:  "f.stamp.Sum != 0 && f.sum != f.stamp.Sum:",
		new:  "f.stamp.Sum != 0:",
		rows: []string{"fin"},
	},
	{
		is:   "lengths always add up",
		file: "load/seen.go",
		old:  "f.misfit = !f.summed\n\t\tcase lengthSize > 0:",
		new:  "f.misfit = false\n\t\tcase lengthSize > 0:",
		rows: []string{"lengths that don't add up"},
	},
	{
		is:   "a huge frame is what it says",
		file: "load/seen.go",
		old:  "f.misfit = lengthSize == 4 && startsTooLong(head, tag.Size)",
		new:  "f.misfit = false",
		rows: []string{"a frame of 16 MiB"},
	},
	{
		is:   "nothing comes from the future",
		file: "load/witness.go",
		old:  "if ahead := w.sent(f) - f.at; ahead > future {",
		new:  "if ahead := w.sent(f) - f.at; false {",
		rows: []string{"a stamp from the future"},
	},
	{
		is:   "every stamp is from the future",
		file: "load/witness.go",
		old:  "future = 50 * time.Millisecond",
		new:  "future = -time.Hour",
		rows: []string{"fin"},
	},
	{
		is:   "parameters need no announcement",
		file: "load/witness.go",
		old:  "f.stamp.Config != w.config && !e.warned {",
		new:  "f.stamp.Config != w.config && false {",
		rows: []string{"parameters that nobody announced"},
	},

	// Whose they are.
	{
		is:   "another key's frame is one's own",
		file: "load/witness.go",
		old:  "return w.source != 0 && f.stamp.Source != 0 && f.stamp.Source != w.source",
		new:  "return false",
		rows: []string{"another key's frame"},
	},
	{
		is:   "an epoch has no stretches of its own",
		file: "load/witness.go",
		old:  "changed := w.current == nil || w.current.number != f.stamp.Epoch",
		new:  "changed := w.current == nil",
		rows: []string{"an old epoch's frames between"},
	},

	// The form, and what a decoder needs.
	{
		is:   "a witness needs no sequence header",
		file: "load/witness.go",
		old:  "if f.needs && !w.announced[track] &&",
		new:  "if false && !w.announced[track] &&",
		rows: []string{"no-sequence-header"},
	},
	{
		is:   "a sequence header announces nothing",
		file: "load/witness.go",
		old:  "w.announced[track], w.fresh[track] = true, true",
		new:  "w.fresh[track] = true",
		rows: []string{"fin"},
	},
	{
		is:   "a picture needs no keyframe",
		file: "load/witness.go",
		old:  "e.keyless, e.waits = w.oddities.notice(history.NoKeyframe, f), true",
		new:  "",
		rows: []string{"no keyframe first"},
	},
	{
		is:   "a witness sees no timestamp go back",
		file: "load/witness.go",
		old:  "w.odd(history.TimeBack, f, timeBack(f.Timestamp, e.last))\n\t\t}\n\t\te.timed, e.last = true, f.Timestamp\n\t}\n\tw.settle",
		new:  "}\n\t\te.timed, e.last = true, f.Timestamp\n\t}\n\tw.settle",
		rows: []string{"timestamps backwards"},
	},
	{
		is:   "script tags are no matter",
		file: "load/witness.go",
		old:  "if w.scripts++; w.scripts == scriptsInARow {",
		new:  "if w.scripts++; false {",
		rows: []string{"1,000 metadata tags"},
	},
	{
		is:   "frames between script tags do not count",
		file: "load/witness.go",
		old:  "case f.media:\n\t\tw.scripts = 0",
		new:  "case f.media:",
		rows: []string{"metadata between frames"},
	},
	{
		is:   "a fault of the format is none",
		file: "load/witness.go",
		old:  "n.o.Detail = err.Error()\n\tw.oddities.say(n)",
		new:  "n.o.Detail = err.Error()",
		rows: []string{"torn-tag", "a second file header", "a stream number", "an encrypted tag", "an unknown tag", "a wrong signature"},
	},
}
