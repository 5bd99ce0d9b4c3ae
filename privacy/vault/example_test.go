package vault_test

import (
	"context"
	"fmt"

	"filippo.io/age"

	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// The server seals; an officer, in another process, opens.
func Example() {
	ctx := context.Background()
	officer, err := age.GenerateHybridIdentity() // "qingting keys new"
	if err != nil {
		panic(err)
	}
	store := &epochs{} // keeps epoch envelopes; the server uses a stream

	sealer, err := vault.NewSealer([]age.Recipient{officer.Recipient()}, store)
	if err != nil {
		panic(err)
	}
	defer sealer.Close()
	record := vault.Record{ID: "r1", Values: []vault.Value{
		{Type: "MOBILE", Start: 2, End: 7, Plain: "幺九九 0000 1234", Canonical: "19900001234"},
	}}
	sealed, err := sealer.Seal(ctx, record)
	if err != nil {
		panic(err)
	}
	fmt.Println(record.Values[0])

	opener := unseal.NewOpener(store, officer)
	defer opener.Close()
	opened, err := opener.Open(ctx, "r1", sealed.Data)
	if err != nil {
		panic(err)
	}
	text, err := unseal.Restore("拨打⟦手机号⟧无人接听", "", opened)
	if err != nil {
		panic(err)
	}
	fmt.Println(text)
	// Output:
	// MOBILE[2:7] sealed
	// 拨打幺九九 0000 1234无人接听
}
