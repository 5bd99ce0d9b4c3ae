// Package unseal opens what package vault sealed. It belongs in the officer's
// own process, beside the officer's identities; nothing that serves analysts or
// takes in feedback may import it.
//
//	opener := unseal.NewOpener(source, identities...)
//	record, err := opener.Open(ctx, id, data)
//
// # Guarantees
//
//   - What Open returns is whole and belongs to the record id asked for.
//   - Errors tell apart: the officer's keys do not fit ([ErrNoIdentity]), the
//     epoch's key is gone ([ErrEpochMissing]), the data was altered or cut
//     ([ErrDamaged]). No error holds any part of a sealed value.
//
// # What it does not do
//
// It writes no audit entry: the caller must have one durable before it opens or
// hands out anything. It does not prove who sealed a record.
package unseal
