package unseal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"qingting/privacy/vault/unseal"
)

const vectorDir = "../testdata/vectors"

// vector is one file of testdata/vectors.
type vector struct {
	head     map[string]string
	identity *age.X25519Identity
	envelope []byte // nil for a letter
	data     []byte
}

func loadVectors(t *testing.T) map[string]vector {
	t.Helper()
	entries, err := os.ReadDir(vectorDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatal("no vectors")
	}
	out := map[string]vector{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(vectorDir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[entry.Name()] = parseVector(t, content)
	}
	return out
}

func parseVector(t *testing.T, content []byte) vector {
	t.Helper()
	head, rest, ok := bytes.Cut(content, []byte("\n\n"))
	if !ok {
		t.Fatal("vector without a header")
	}
	v := vector{head: map[string]string{}}
	for line := range strings.Lines(string(head)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok {
			t.Fatalf("malformed header line %q", line)
		}
		v.head[name] = value
	}
	var err error
	if v.identity, err = age.ParseX25519Identity(v.head["identity"]); err != nil {
		t.Fatal(err)
	}
	var blocks [][]byte
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		blocks = append(blocks, block.Bytes)
	}
	switch {
	case v.head["kind"] == "direct" && len(blocks) == 1:
		v.data = blocks[0]
	case v.head["kind"] == "record" && len(blocks) == 2:
		v.envelope, v.data = blocks[0], blocks[1]
	default:
		t.Fatalf("%d age files in a vector of kind %q", len(blocks), v.head["kind"])
	}
	return v
}

// expected are the errors that the word after "expect" stands for.
var expected = map[string]error{
	"success":       nil,
	"no identity":   unseal.ErrNoIdentity,
	"epoch missing": unseal.ErrEpochMissing,
	"damaged":       unseal.ErrDamaged,
}

func (v vector) check(t *testing.T, path string, err error) {
	t.Helper()
	want, known := expected[v.head["expect"]]
	if !known {
		t.Fatalf("unknown expectation %q", v.head["expect"])
	}
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %q", path, err, v.head["expect"])
	}
	for _, class := range expected {
		if class != nil && class != want && errors.Is(err, class) {
			t.Errorf("%s: %v is of two classes", path, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "幺九九") {
		t.Errorf("%s: the error shows a sealed value", path)
	}
}

// checkPlaintext compares an opened, still padded plaintext with the header.
func (v vector) checkPlaintext(t *testing.T, path string, plaintext []byte) {
	t.Helper()
	got := fmt.Sprintf("%d bytes, sha256 %x", len(plaintext), sha256.Sum256(plaintext))
	if got != v.head["padded plaintext"] {
		t.Errorf("%s: plaintext of %s, want %s", path, got, v.head["padded plaintext"])
	}
}

// single is an EpochSource that gives the same envelope for every id.
type single []byte

func (s single) GetEpoch(context.Context, string) ([]byte, error) { return s, nil }

func TestVectors(t *testing.T) {
	for name, v := range loadVectors(t) {
		t.Run(name, func(t *testing.T) {
			if v.head["kind"] == "direct" {
				plaintext, err := unseal.OpenDirect(v.data, v.identity)
				v.check(t, "OpenDirect", err)
				if name == "direct" && string(plaintext) != "一封读不懂的来信\n" {
					t.Error("another letter came out")
				}
				return
			}
			v.check(t, "Epoch.Open", openByEpoch(v))
			v.checkOpener(t)
			v.checkStockAge(t)
		})
	}
}

func openByEpoch(v vector) error {
	epoch, err := unseal.OpenEpoch(v.envelope, v.identity)
	if err != nil {
		return err
	}
	_, err = epoch.Open(v.data)
	return err
}

// checkOpener takes the path of an officer: by record id, through a store.
func (v vector) checkOpener(t *testing.T) {
	t.Helper()
	opener := unseal.NewOpener(single(v.envelope), v.identity)
	defer opener.Close()
	record, err := opener.Open(t.Context(), v.head["record"], v.data)
	if v.head["expect"] == "epoch missing" {
		// The store gave an envelope for the id, and it is another's: damage.
		if !errors.Is(err, unseal.ErrDamaged) {
			t.Errorf("Opener: got %v, want ErrDamaged", err)
		}
		return
	}
	if v.head["expect"] == "no identity" || v.head["expect"] == "success" {
		v.check(t, "Opener", err)
	} else if err == nil {
		t.Errorf("Opener: opened what is damaged")
	}
	if err == nil && record.ID != v.head["record"] {
		t.Errorf("Opener: opened record %q", record.ID)
	}
	if _, err := opener.Open(t.Context(), "not-"+v.head["record"], v.data); !errors.Is(err, unseal.ErrDamaged) {
		t.Errorf("Opener: a record was opened as another: %v", err)
	}
}

// checkStockAge hands the opened epoch to the age library as an identity.
func (v vector) checkStockAge(t *testing.T) {
	t.Helper()
	if v.head["expect"] != "success" {
		return // what stock age cannot see is wrong inside the plaintext
	}
	epoch, err := unseal.OpenEpoch(v.envelope, v.identity)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(v.data), epoch)
	if err != nil {
		t.Fatal(err)
	}
	plaintext, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	v.checkPlaintext(t, "age.Decrypt", plaintext)
	key, err := age.DecryptHeader(v.data, epoch)
	if err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(key) != v.head["file key"] {
		t.Error("age.DecryptHeader: another file key")
	}
}
