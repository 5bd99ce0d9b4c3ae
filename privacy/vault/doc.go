// Package vault seals the personal values that redaction takes out, so that the
// process which seals them cannot read them back.
//
//	sealer, err := vault.NewSealer(recipients, store)
//	...
//	sealed, err := sealer.Seal(ctx, vault.Record{ID: id, Values: values})
//	// store sealed.Data; sealed.Epoch names the key it needs
//
// # How
//
// A random epoch key, used for at most [MaxAge] and [MaxRecords] records, is
// encrypted once as an ordinary age file to the officers' recipients and handed
// to an [EpochStore] before anything is sealed under it. Each record is an
// ordinary age file whose single stanza wraps its own file key under the epoch
// key. docs/formats/vault.md is the exact format, with test vectors in
// testdata/vectors.
//
// # Guarantees
//
//   - Fail closed: without a durable epoch envelope, Seal returns an error.
//   - The epoch key is held in memory only, and overwritten when its epoch ends,
//     also when nothing is sealed any more. This is best effort: Go promises
//     nothing about copies in freed memory.
//   - A record cannot be moved to another record id or epoch without notice.
//   - The length of a record tells its power of two and no more.
//   - [Value] and [Record] hide what they hold from fmt, log/slog and
//     encoding/json.
//
// # What it does not do
//
// It does not open anything: package unseal does, in the officer's own process.
// It gives no proof of who sealed a record, for anyone can encrypt to public
// recipients; the audit ledger does that. It decides nothing about retention: a
// record is shredded by deleting it, an epoch by deleting its envelope.
package vault

//go:generate go run ./internal/vectors -o testdata/vectors
