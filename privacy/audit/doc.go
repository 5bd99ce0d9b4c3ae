// Package audit is the ledger: an append-only Merkle log of who did what, when
// and why, that anyone with the verifier key can check offline.
//
// An Entry is a leaf. The leaves in order make a tree as in RFC 6962, whose root
// and size a Checkpoint states, signed as a note (C2SP tlog-checkpoint, signed
// note). Witnesses may cosign it (C2SP tlog-cosignature). An export holds
// entries and hashes as tiles (C2SP tlog-tiles):
//
//	tree.Append(leaf)                       // each entry, in the order of the stream
//	cp, err := signer.Sign(tree.Checkpoint(origin))
//	...
//	report, err := audit.Verify(os.DirFS("export"), audit.VerifyOptions{Keys: keys})
//
// It guarantees that an entry that was altered, dropped, moved or added behind a
// signed checkpoint is found, and that a log which shows different people
// different histories is found by whoever holds checkpoints of both. It does
// not guarantee that what was never written is missed, nor that the signer
// tells the truth about entries that no checkpoint covers yet: Report.Unsigned
// says how many those are. It keeps nothing on disk and knows no NATS:
// ingest/ledger does.
//
// An entry holds no personal data: identifiers are record ids, keyed tokens,
// counts and hashes.
package audit
