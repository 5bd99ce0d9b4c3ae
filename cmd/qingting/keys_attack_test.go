package main

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// serverStateOpensNothing hands an attacker the server's whole state and all
// its keys: the data directory, the secrets directory, every message of every
// stream in the clear, and what the server said. Every byte string in there that
// reads as an identity or a key, each window of 32 bytes among them, is tried on
// every record, envelope and dead letter. Nothing may open: all epochs have ended.
func serverStateOpensNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	s.awaitCustody(t, 1)
	where := []string{"--nats", "nats://" + s.addr, "--token-file", token}
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	why := append([]string{"--reason", "换人", "--actor", "officer1"}, where...)
	lin, recipient := s.newKey(t, "lin")
	s.send(t, js, 0, 5, where)
	s.run(t, append([]string{"keys", "add", "lin", "--recipient", recipient}, why...)...)
	waitFor(t, s, "officers in effect", func() bool { return s.inEffect(t, where) == 1 })
	s.send(t, js, 5, 10, where)
	s.run(t, append([]string{"keys", "rotate", "-i", s.identity}, why...)...)
	if _, err := js.Publish(t.Context(), "feedback.in.app", []byte(`{"text":"我的电话是`+badPhone)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s, "dead letter", func() bool { return strings.Contains(s.output.String(), "dead letter") })
	s.kill(t, server) // in the midst of an epoch, without a chance to clean up

	prey := s.loot(t)
	if len(prey.records) != 10 || len(prey.envelopes) != 2 || len(prey.letters) != 1 {
		t.Fatalf("%d records, %d envelopes, %d letters", len(prey.records), len(prey.envelopes), len(prey.letters))
	}
	found := prey.attack(t)
	if found.identities == 0 || found.keys < 1<<16 {
		t.Errorf("only %d identities and %d keys were tried", found.identities, found.keys)
	}
	if found.opened != 0 {
		t.Errorf("%d of the records, envelopes and letters open with the server's own state", found.opened)
	}

	// An attack that could not succeed would prove nothing.
	officer, err := os.ReadFile(lin)
	if err != nil {
		t.Fatal(err)
	}
	with := *prey
	with.blobs = append([][]byte{officer}, prey.blobs...)
	if got := with.attack(t).opened; got != 10+2+1 {
		t.Errorf("with an officer's identity, %d open", got)
	}
	key, n := prey.anEpochKey(t, officer)
	for name, leak := range map[string][]byte{
		"raw": append([]byte("xyz"), key...), "hex": []byte(hex.EncodeToString(key)),
		"base64": []byte(`{"key":"` + base64.StdEncoding.EncodeToString(key) + `"}`),
	} {
		with.blobs = append([][]byte{leak}, prey.blobs...)
		if got := with.attack(t).opened; got != n {
			t.Errorf("with an epoch key in %s, %d open, want %d", name, got, n)
		}
	}
}

// prey is what an attacker holds.
type prey struct {
	blobs     [][]byte          // whatever may hold a key
	records   [][]byte          // of the vault
	envelopes map[string][]byte // by epoch
	letters   [][]byte
}

// loot takes all there is, but for the officers' own files.
func (s *site) loot(t *testing.T) *prey {
	t.Helper()
	p := &prey{envelopes: make(map[string][]byte), blobs: [][]byte{s.output.Bytes()}}
	for _, dir := range []string{s.data(), s.dataFlags().secretsDir()} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			p.blobs = append(p.blobs, data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	st, err := openStreams(t.Context(), s.dataFlags()) // by the store key
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	streams := 0
	list := st.js.ListStreams(t.Context())
	for info := range list.Info() {
		streams++
		stream, err := st.js.Stream(t.Context(), info.Config.Name)
		if err != nil {
			t.Fatal(err)
		}
		for seq := max(info.State.FirstSeq, 1); seq <= info.State.LastSeq; seq++ {
			msg, err := stream.GetMsg(t.Context(), seq)
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			p.blobs = append(p.blobs, msg.Data)
			for name, values := range msg.Header {
				p.blobs = append(p.blobs, []byte(name+": "+strings.Join(values, "\n")))
			}
			switch info.Config.Name {
			case ingest.StreamVault:
				p.records = append(p.records, msg.Data)
			case ingest.StreamDead:
				p.letters = append(p.letters, msg.Data)
			case ingest.StreamKeys:
				epoch, ok := ingest.EpochOf(msg.Subject)
				if !ok {
					t.Errorf("%s holds a message that is no epoch's", ingest.StreamKeys)
				}
				p.envelopes[epoch] = msg.Data
			}
		}
	}
	if err := list.Err(); err != nil || streams < 8 {
		t.Fatalf("%d streams (%v)", streams, err)
	}
	return p
}

// haul is what an attack came to.
type haul struct{ identities, keys, opened int }

var identityText = regexp.MustCompile(`AGE-SECRET-KEY-(PQ-)?1[A-Z0-9]+`)

func (p *prey) attack(t *testing.T) (h haul) {
	t.Helper()
	var ids []age.Identity
	epochs := make(map[string]*unseal.Epoch)
	names := p.epochNames()
	for _, blob := range p.readings() {
		for _, text := range identityText.FindAllString(string(blob), -1) {
			if found, err := age.ParseIdentities(strings.NewReader(text)); err == nil {
				ids = append(ids, found...)
			}
		}
		for i := 0; i+32 <= len(blob); i++ {
			h.keys++
			if id := epochID(blob[i : i+32]); names[id] {
				epochs[id] = epochOfKey(t, id, blob[i:i+32])
			}
		}
	}
	h.identities = len(ids)
	for name, data := range p.envelopes {
		if len(ids) == 0 {
			break
		}
		if e, err := unseal.OpenEpoch(data, ids...); err == nil {
			epochs[name] = e
			h.opened++
		}
	}
	for _, letter := range p.letters {
		if _, err := unseal.OpenDirect(letter, ids...); err == nil {
			h.opened++
		}
	}
	for _, record := range p.records {
		name, _, ok := vault.EpochOf(record)
		if !ok {
			t.Error("a record names no epoch")
		}
		if e := epochs[name]; e != nil {
			if _, err := e.Open(record); err == nil {
				h.opened++
				continue
			}
		}
		if len(ids) > 0 {
			if _, err := age.Decrypt(bytes.NewReader(record), ids...); err == nil {
				h.opened++
			}
		}
	}
	return h
}

func (p *prey) epochNames() map[string]bool {
	names := make(map[string]bool)
	for name := range p.envelopes {
		names[name] = true
	}
	for _, record := range p.records {
		if name, _, ok := vault.EpochOf(record); ok {
			names[name] = true
		}
	}
	return names
}

var (
	base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{43,}`)
	base32Run = regexp.MustCompile(`[A-Za-z2-7]{52,}`)
	hexRun    = regexp.MustCompile(`[0-9A-Fa-f]{64,}`)
)

// readings are the blobs, and what text in them decodes to at any alignment.
func (p *prey) readings() [][]byte {
	seen := make(map[[32]byte]bool)
	var all [][]byte
	add := func(b []byte) {
		if sum := sha256.Sum256(b); len(b) > 0 && !seen[sum] {
			seen[sum] = true
			all = append(all, b)
		}
	}
	for _, blob := range p.blobs {
		add(blob)
		for _, run := range base64Run.FindAll(blob, -1) {
			plain := strings.NewReplacer("-", "+", "_", "/").Replace(string(run))
			for shift := range min(4, len(plain)) {
				part := plain[shift:]
				if out, err := base64.RawStdEncoding.DecodeString(part[:len(part)/4*4]); err == nil {
					add(out)
				}
				if out, err := base64.RawStdEncoding.DecodeString(part); err == nil {
					add(out)
				}
			}
		}
		for _, run := range base32Run.FindAll(blob, -1) {
			text := strings.ToUpper(string(run))
			for shift := range 8 {
				part := text[shift:]
				if out, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(part[:len(part)/8*8]); err == nil {
					add(out)
				}
			}
		}
		for _, run := range hexRun.FindAll(blob, -1) {
			for shift := range 2 {
				part := run[shift:]
				if out, err := hex.DecodeString(string(part[:len(part)/2*2])); err == nil {
					add(out)
				}
			}
		}
		if at := bytes.Index(blob, []byte(armor.Header)); at >= 0 {
			add(blob[at:])
		}
	}
	return all
}

// epochID is the id that a key commits to, docs/formats/vault.md.
func epochID(key []byte) string {
	id, err := hkdf.Key(sha256.New, key, nil, "qingting.vault/epoch-1 id", 16)
	if err != nil {
		return ""
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id))
}

// epochOfKey makes an epoch of a bare key, by an envelope of the test's own.
func epochOfKey(t *testing.T, id string, key []byte) *unseal.Epoch {
	t.Helper()
	own, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"schema": "qingting.vault.epoch/1", "epoch": id, "created": "2026-01-02T03:04:05Z", "key": key})
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, own.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	e, err := unseal.OpenEpoch(sealed.Bytes(), own)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// anEpochKey opens one envelope as an officer does; n is how many records it
// opens.
func (p *prey) anEpochKey(t *testing.T, identity []byte) (key []byte, n int) {
	t.Helper()
	ids, err := age.ParseIdentities(bytes.NewReader(identity))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range p.envelopes {
		r, err := age.Decrypt(bytes.NewReader(data), ids...)
		if err != nil {
			t.Fatal(err)
		}
		var e struct{ Key []byte }
		if err := json.NewDecoder(r).Decode(&e); err != nil {
			t.Fatal(err)
		}
		for _, record := range p.records {
			if of, _, _ := vault.EpochOf(record); of == name {
				n++
			}
		}
		return e.Key, n
	}
	t.Fatal("no envelope")
	return nil, 0
}
