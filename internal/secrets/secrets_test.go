package secrets_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"qingting/internal/secrets"
)

func TestSecretText(t *testing.T) {
	s := secrets.NewSecret()
	got, err := secrets.ParseSecret(" " + s.Text() + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), s.Bytes()) {
		t.Error("another key came back")
	}
	text := s.Text()
	last := byte('A')
	if text[30] == last {
		last = 'B'
	}
	for name, bad := range map[string]string{
		"empty":     "",
		"no prefix": text[len("QINGTING-SECRET-1-"):],
		"cut":       text[:len(text)-1],
		"mistyped":  text[:30] + string(last) + text[31:],
		"lower":     strings.ToLower(text),
		"version 2": strings.Replace(text, "-1-", "-2-", 1),
	} {
		_, err := secrets.ParseSecret(bad)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if len(bad) > 20 && strings.Contains(err.Error(), bad[20:]) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

func TestSecretHides(t *testing.T) {
	s := secrets.NewSecret()
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "s", s, "in", struct{ S secrets.Secret }{s})
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "s", s, "p", &s)
	coded, err := json.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(coded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, &s) + fmt.Sprintf(verb, []secrets.Secret{s})
	}
	key := s.Bytes()
	for _, form := range []string{
		string(key), s.Text()[20:40], fmt.Sprintf("%x", key[:6]), fmt.Sprintf("%X", key[:6]),
		fmt.Sprint(key[:4])[1:], strings.Trim(fmt.Sprintf("%#v", key[:4]), "[]byte{}"),
	} {
		if strings.Contains(all, form) {
			t.Errorf("printed: %q", form)
		}
	}
	if !strings.Contains(all, "hidden") {
		t.Error("printed nothing at all")
	}
}

func TestLoadOrCreateSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pseudonym.secret")
	var group sync.WaitGroup
	got := make([]secrets.Secret, 8)
	for i := range got {
		group.Go(func() {
			var err error
			if got[i], err = secrets.LoadOrCreateSecret(path); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, s := range got {
		if s.IsZero() || !bytes.Equal(s.Bytes(), got[0].Bytes()) {
			t.Fatal("processes that start at once got different secrets")
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("%d files left behind, want 1", len(entries))
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestLoadRefusesOpenFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	if _, err := secrets.LoadOrCreateSecret(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for name, load := range map[string]func() error{
			"secret":   func() error { _, err := secrets.LoadOrCreateSecret(path); return err },
			"identity": func() error { _, err := secrets.LoadIdentities(path, nil); return err },
		} {
			if err := load(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
				t.Errorf("%s of mode %v: %v", name, mode, err)
			}
		}
	}
	if err := os.WriteFile(path, []byte("# none\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o646); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.LoadRecipients(path); err == nil || !strings.Contains(err.Error(), "chmod o-w") {
		t.Errorf("recipients anyone may write: %v", err)
	}
}

func TestMalformedSecretFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	text := secrets.NewSecret().Text()
	for name, content := range map[string]string{
		"empty":   "",
		"comment": "# nothing\n",
		"two":     text + "\n" + text + "\n",
		"cut":     text[:40],
		"huge":    strings.Repeat("#\n", 1<<20),
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := secrets.LoadOrCreateSecret(path)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), text[18:40]) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

func TestWriteNewNeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	if err := secrets.WriteNew(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := secrets.WriteNew(path, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want fs.ErrExist", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "first" {
		t.Errorf("file holds %q, %v", content, err)
	}
}

func TestIdentityFiles(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		name string
		pass []byte
	}{{"plain", nil}, {"protected", []byte("四个 无关 的词语")}} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(dir, test.name)
			create := secrets.NewUnprotectedIdentity
			if test.pass != nil {
				create = func(path string) (string, error) { return secrets.NewIdentity(path, test.pass) }
			}
			recipient, err := create(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(recipient, "age1pq1") {
				t.Errorf("recipient is not post-quantum: %.10s…", recipient)
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if test.pass != nil && bytes.Contains(raw, []byte("AGE-SECRET-KEY")) {
				t.Error("identity is in the clear")
			}
			ids, err := secrets.LoadIdentities(path, func() ([]byte, error) { return bytes.Clone(test.pass), nil })
			if err != nil {
				t.Fatal(err)
			}
			got, err := secrets.RecipientsOf(ids)
			if err != nil || len(got) != 1 || got[0] != recipient {
				t.Errorf("another identity came back, %v", err)
			}
			if test.pass == nil {
				return
			}
			for name, pass := range map[string]func() ([]byte, error){
				"wrong": func() ([]byte, error) { return []byte("wrong wrong"), nil },
				"empty": func() ([]byte, error) { return nil, nil },
				"none":  nil,
			} {
				if _, err := secrets.LoadIdentities(path, pass); err == nil || !strings.Contains(err.Error(), "passphrase") {
					t.Errorf("%s passphrase: %v", name, err)
				}
			}
		})
	}
	for _, short := range []string{"", "1234567"} {
		path := filepath.Join(dir, "short")
		if _, err := secrets.NewIdentity(path, []byte(short)); err == nil {
			t.Errorf("accepted a passphrase of %d characters", len(short))
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a refused passphrase left a file: %v", err)
		}
	}
}

func TestLoadRecipients(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "recipients")
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, content, want string }{
		{"two", "# officers\n\n" + hybrid.Recipient().String() + "\r\n  " + hybrid.Recipient().String(), ""},
		{"classic", classic.Recipient().String() + "\n", ""},
		{"empty", "# nobody\n", "qingting keys new"},
		{"identity", "\n" + hybrid.String() + "\n", "line 2"},
		{"ssh", "ssh-ed25519 AAAA officer\n", "SSH"},
		{"mistyped", classic.Recipient().String() + "x\n", "malformed"},
		{"prose", "officer@example.com\n", "line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := secrets.LoadRecipients(path)
			switch {
			case test.want == "" && (err != nil || len(got) == 0):
				t.Errorf("got %d recipients, %v", len(got), err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want an error with %q", err, test.want)
			case err != nil && strings.Contains(err.Error(), "AGE-SECRET-KEY-PQ-1"):
				t.Error("the error shows an identity")
			}
		})
	}
}

func FuzzParseSecret(f *testing.F) {
	f.Add(secrets.NewSecret().Text())
	f.Add("QINGTING-SECRET-1-")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := secrets.ParseSecret(text)
		if err == nil && s.Text() != strings.TrimSpace(text) {
			t.Errorf("two texts for one secret")
		}
	})
}
