// Package erase finds the records of a person and forgets them: in the vault, in
// the documents, in the index, and for the future.
//
//	marks, err := erase.OpenMarks(ctx, js, replicas)
//	e := &erase.Eraser{JS: js, Marks: marks}
//	found, err := e.Find(ctx, tokens)
//	proof, err := e.Erase(ctx, erase.Order{Actor: "lin", Reason: "…"}, records)
//
// It guarantees: the ledger has the order, and names the records, before
// anything is deleted; what is deleted is overwritten (JetStream's secure
// delete); a tombstone of each record stays in the documents stream, so that an
// index that is rebuilt does without it; a record that was erased is refused when
// it is published again; and what was interrupted, or came back with a restored
// back-up, is erased, restricted or refused again at the next start (Mend).
//
// Restricted records leave the index and the statistics, and stay stored.
//
// Dead letters are sealed and cannot be searched: they expire. Exports that have
// left cannot be recalled: the ledger lists them. The queue holds feedback until
// a worker has taken it.
package erase
