// Package ledger keeps the audit log (privacy/audit) in JetStream: entry n is
// the message n+1 of FEEDBACK_AUDIT, signed checkpoints are in
// FEEDBACK_CHECKPOINTS, and neither stream lets a message be deleted.
//
//	index, err := ledger.Append(ctx, js, audit.Entry{…})   // durable when it returns
//
//	k, err := ledger.NewKeeper(js, signer, ledger.Config{})
//	go k.Run(ctx)                                          // follows and signs
//
// Whoever does something that the ledger must know appends first, and does it
// only when Append returned no error. Any number of processes may append. Any
// number may sign with the same key: each checks that what it signs continues
// what was signed last, and stops with audit.ErrForked when it does not.
package ledger
