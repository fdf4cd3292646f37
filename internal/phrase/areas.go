package phrase

// areas are the files of the catalogue. Adding an area means one file and one line here.
var areas = []map[ID]string{
	cli, smokeCLI, loadCLI,
	media,
	embedded,
	load,
	target,
	chaos,
	history,
	findings,
	witnessed,
	logs,
	tables,
	profile,
	reach,
	sources,
	selfwatch,
	sampling,
	process,
	ci,
	smoke,
	probe,
	viewers,
	ramp,
	loadReport,
	threshold,
}
