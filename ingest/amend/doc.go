// Package amend takes personal data out of documents that are stored already:
// what detection missed and a reviewer saw, or what a newer policy or engine
// finds. It runs on the server and opens nothing.
//
//	a := &amend.Amender{JS: js, Redactor: r, Policy: p, Sealer: s, Annotator: t}
//	out, err := a.Amend(ctx, record, amend.Order{
//		Action: audit.ActionReview, Actor: "lin", Reason: "…",
//		Spans: []amend.Span{{Start: 3, End: 6, Type: rule.PersonName}},
//	})
//
//	run := amend.NewRun(a, amend.RunConfig{…}) // over all that is stored
//	err = run.Do(ctx)
//
// An amendment is, in this order: an entry in the ledger with the hash of the
// new document; the values, sealed, as an addition to those of the record
// (ingest.VaultPartSubject); the new document, which names the addition; and
// the older versions of the document deleted beyond recovery, for they hold the
// values in the clear. The message of the new document says so in
// document.AmendedHeader, and an index that reads it compacts itself.
//
// # Guarantees
//
//   - Killed at any instant, no value is lost: an older version goes only when
//     the new one and its addition are durable. What a kill leaves behind,
//     [Amender.Finish] deletes; every start of a server calls it.
//   - A version that is not the latest any more is not amended: a correction
//     that comes meanwhile counts, and is looked at in turn. Any number of
//     processes may amend at the same time.
//   - The text comes back byte for byte from its additions and its base, newest
//     first: docs/formats/vault.md, "Additions".
//   - No value appears in an error, the ledger, or what a run reports.
//
// # Limits
//
// A record takes at most [MaxParts] additions. What the present policy lets
// through, an amendment does not put back. An addition is kept as long as any
// sealed values from the day it was made, so that it may outlive its base.
// Additions that a kill or a correction left without a document stay sealed in
// the vault until the record is corrected, erased or expires.
package amend
