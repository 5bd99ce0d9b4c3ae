package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"qingting/internal/secrets"
	"qingting/privacy/vault"
)

// TestKeysOfLetters: a letter counts as closed when the last officer of its day
// is retired, and not before.
func TestKeysOfLetters(t *testing.T) {
	var file []secrets.Recipient
	for range 2 {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, secrets.Recipient{Text: id.Recipient().String(), Key: id.Recipient()})
	}
	register, err := vault.SeedRegister(file, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	first, second := register.Officers[0], register.Officers[1]
	letters := map[vault.Set]int{
		vault.SetOf([]age.Recipient{file[0].Key}):              1,
		vault.SetOf([]age.Recipient{file[0].Key, file[1].Key}): 1,
		"": 1, // of a version that did not write it
	}
	k := keysOfLetters(letters, register)
	if k.closed != 0 || k.unknown != 1 || k.opens[first.Fingerprint()] != 2 || k.opens[second.Fingerprint()] != 1 {
		t.Errorf("%+v", k)
	}
	register, err = register.Apply(vault.Change{Retire: []string{first.Name}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	k = keysOfLetters(letters, register)
	var said bytes.Buffer
	k.tell(&console{Err: &said})
	if k.closed != 1 || !strings.Contains(said.String(), "1 dead letters open with no officer's key of now") {
		t.Errorf("%+v\n%s", k, said.String())
	}
}
