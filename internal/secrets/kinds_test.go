package secrets_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/ssh"

	"qingting/internal/secrets"
)

// roundTrip seals to one and opens with the others.
func roundTrip(t *testing.T, r age.Recipient, ids []age.Identity) error {
	t.Helper()
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, r)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "sealed"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	out, err := age.Decrypt(&sealed, ids...)
	if err != nil {
		return err
	}
	if text, err := io.ReadAll(out); err != nil || string(text) != "sealed" {
		return fmt.Errorf("another text came back (%w)", err)
	}
	return nil
}

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSSHKeys seals to an SSH key and opens with it, as with age's own.
func TestSSHKeys(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]any{"ed25519": ed, "rsa": rs} {
		for _, pass := range []string{"", "四个 无关 的词语"} {
			t.Run(name+pass, func(t *testing.T) {
				signer, err := ssh.NewSignerFromKey(key)
				if err != nil {
					t.Fatal(err)
				}
				line := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
				block, err := ssh.MarshalPrivateKey(key, "")
				if pass != "" {
					block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(pass))
				}
				if err != nil {
					t.Fatal(err)
				}
				path := write(t, pem.EncodeToMemory(block))
				r, err := secrets.ParseRecipient(strings.TrimSpace(line) + " officer@example.com")
				if err != nil {
					t.Fatal(err)
				}
				if r.Text != strings.TrimSpace(line) || fmt.Sprint(r.Key) != r.Text {
					t.Error("the recipient is not written as it should be")
				}
				ids, err := secrets.LoadIdentities(path, func() ([]byte, error) { return []byte(pass), nil })
				if err != nil {
					t.Fatal(err)
				}
				if own, err := secrets.RecipientsOf(ids); err != nil || len(own) != 1 || own[0] != r.Text {
					t.Errorf("the identity does not know its recipient: %v", err)
				}
				if err := roundTrip(t, r.Key, ids); err != nil {
					t.Error(err)
				}
				if pass == "" {
					return
				}
				for name, pass := range map[string]func() ([]byte, error){
					"wrong": func() ([]byte, error) { return []byte("wrong wrong"), nil }, "none": nil,
				} {
					if _, err := secrets.LoadIdentities(path, pass); err == nil || !strings.Contains(err.Error(), "passphrase") {
						t.Errorf("%s passphrase: %v", name, err)
					}
				}
			})
		}
	}
	if _, err := secrets.ParseRecipient("ecdsa-sha2-nistp256 AAAA"); err == nil {
		t.Error("a key that cannot be sealed to is taken")
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err == nil { // some builds refuse to make one
		key, err := ssh.NewPublicKey(&small.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := secrets.ParseRecipient(string(ssh.MarshalAuthorizedKey(key))); err == nil {
			t.Error("an RSA key of 1024 bits is taken")
		}
	}
}

// buildPlugin makes age-plugin-qingtingtest and puts it on the path.
func buildPlugin(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "age-plugin-qingtingtest"), "./testdata/plugin").CombinedOutput()
	if err != nil {
		t.Fatalf("building the plugin: %v\n%s", err, out)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestPlugin seals and opens by the protocol of age plugins, with a plugin in a
// process of its own.
func TestPlugin(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	recipient := plugin.EncodeRecipient("qingtingtest", []byte(id.Recipient().String()))
	r, err := secrets.ParseRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, []byte("# public key: "+recipient+"\n"+plugin.EncodeIdentity("qingtingtest", []byte(id.String()))+"\n"))
	ids, err := secrets.LoadIdentities(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := roundTrip(t, r.Key, ids); err == nil || !strings.Contains(err.Error(), "age-plugin-qingtingtest") {
		t.Errorf("without the plugin's program: %v", err)
	}
	buildPlugin(t)
	if err := roundTrip(t, r.Key, ids); err != nil {
		t.Error(err)
	}
	if r.Text != recipient || fmt.Sprint(r.Key) != recipient {
		t.Error("the recipient is not written as it should be")
	}
	if _, err := secrets.RecipientsOf(ids); err == nil || !strings.Contains(err.Error(), "age-plugin-qingtingtest itself") {
		t.Errorf("the recipient of a plugin's identity: %v", err)
	}
	asking, err := secrets.ParseRecipient(plugin.EncodeRecipient("qingtingtest", []byte("ask")))
	if err != nil {
		t.Fatal(err)
	}
	if err := roundTrip(t, asking.Key, ids); err == nil {
		t.Error("a plugin that asks the server got an answer")
	}
}

func TestRecipientNotes(t *testing.T) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	line := id.Recipient().String()
	path := write(t, []byte("# officers\n\n# officer: lin\n"+line+"\n"+line+"\n# recovery: safe\n\n"+line+"\n"))
	all, err := secrets.ReadRecipients(path)
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	for _, r := range all {
		notes = append(notes, r.Note)
	}
	if got := strings.Join(notes, "|"); got != "officer: lin||" {
		t.Errorf("notes %q: a note belongs to the line right below it", got)
	}
}
