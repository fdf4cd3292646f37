package phrase

// What goes wrong with the record of a run.
const (
	HistoryNoFolder   ID = "history.no-folder"
	HistoryExists     ID = "history.exists"
	HistoryNotWritten ID = "history.not-written"
	HistoryMissing    ID = "history.missing"
	HistoryNotRead    ID = "history.not-read"
	HistoryGarbage    ID = "history.garbage"
	HistorySchema     ID = "history.schema"
	HistoryBadEvent   ID = "history.bad-event"
	HistoryLongLine   ID = "history.long-line"
	HistoryCut        ID = "history.cut"
	HistoryQueueFull  ID = "history.queue-full"
)

// history is the English of this area.
var history = map[ID]string{
	HistoryNoFolder:   "cannot make the run's folder %s: %v; give --out a folder that can be written",
	HistoryExists:     "%s holds a run already; give --out another folder, or remove that one (%v)",
	HistoryNotWritten: "cannot write the history %s: %v; is the disk full? give --out another folder",
	HistoryMissing:    "%s is not the folder of a run: it has no %s; name the folder that --out made (%v)",
	HistoryNotRead:    "cannot read the history %s: %v",
	HistoryGarbage:    "%s is not a history of flvstorm: %v; name the folder of a run",
	HistorySchema:     "%s is in the format %q, this flvstorm reads %q; use the flvstorm that wrote it, or a newer one",
	HistoryBadEvent:   "%s is damaged after event %d: %v; what stands before it is good",
	HistoryLongLine:   "%s is damaged after event %d: a line is longer than %d bytes; what stands before it is good",
	HistoryCut:        "the history ends in the middle of a record, after event %d: the run was killed, or the disk was full",
	HistoryQueueFull:  "the queue of the recorder was full",
}
