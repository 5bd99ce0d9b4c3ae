package main

// evalCmd measures the parts of qingting on labelled files.
type evalCmd struct {
	Redaction evalRedactionCmd `cmd:"" help:"Measure what redaction finds, misses and takes out in vain."`
	Segment   evalSegmentCmd   `cmd:"" help:"Measure how words are cut, beside gse, and how fast."`
	Search    evalSearchCmd    `cmd:"" help:"Measure how well search ranks, beside Bleve's own analyzers."`
	Discover  evalDiscoverCmd  `cmd:"" help:"Measure how well clusters agree with labels, and with each other run by run."`
	Themes    evalThemesCmd    `cmd:"" help:"Measure how well themes are learnt from labelled texts, beside a baseline."`
	Sentiment evalSentimentCmd `cmd:"" help:"Measure polarity, by the lexicon alone and learnt, on judged texts."`
}
