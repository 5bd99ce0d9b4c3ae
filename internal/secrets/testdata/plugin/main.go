// Command age-plugin-qingtingtest is an age plugin for tests: an identity or a
// recipient of it holds an X25519 one, as text. A recipient that holds "ask"
// asks for a value before it seals.
package main

import (
	"errors"
	"fmt"
	"os"

	"filippo.io/age"
	"filippo.io/age/plugin"
)

func main() {
	p, err := plugin.New("qingtingtest")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	p.HandleRecipient(func(data []byte) (age.Recipient, error) {
		if string(data) == "ask" {
			return asking{p}, nil
		}
		return age.ParseX25519Recipient(string(data))
	})
	p.HandleIdentity(func(data []byte) (age.Identity, error) { return age.ParseX25519Identity(string(data)) })
	os.Exit(p.Main())
}

type asking struct{ p *plugin.Plugin }

func (a asking) Wrap([]byte) ([]*age.Stanza, error) {
	if _, err := a.p.RequestValue("which", true); err != nil {
		return nil, err
	}
	return nil, errors.New("an answer came")
}
