// Package govern says which feedback may be taken in, and how long what became
// of it is kept.
//
// The register of sources (settings.Sources) has, for each system that sends
// feedback, why and on what legal ground it is processed (PIPL 13, 17; GDPR 6,
// 30). A Gate keeps it in memory and answers the worker:
//
//	g, err := govern.NewGate(ctx, s, govern.Refuse, log)  // an error when it cannot be read
//	go g.Run(ctx)                                         // follows changes
//	ok, err := g.Admits(ctx, "app")
//
// Retention (settings.Retention) has days for sealed values and for documents,
// by source and by type of personal data. Of what applies to a record the
// shortest counts, for a record is sealed as one. A Keeper runs once a day in
// one of all ingest processes:
//
//	k, err := govern.NewKeeper(js, s, govern.KeeperConfig{})
//	go k.Run(ctx)
//
// Before anything is deleted the ledger has an entry with counts by source and
// type and the bounds of time, and another one afterwards: Before and After of
// these entries are the earliest and the latest time of intake. Sealed values
// go by secure delete, documents by a message that tells every reader to forget
// the record, and then by secure delete.
//
// When nothing is sealed under an epoch any more its key goes too, named in the
// ledger with its hash: what a copy of the vault still has of it opens no more.
//
// It never opens anything and reads no text. What it does not do: count the
// age of dead letters and of the queue, whose streams drop by themselves, and
// reach back-ups, whose age is their keeper's to bound.
package govern
