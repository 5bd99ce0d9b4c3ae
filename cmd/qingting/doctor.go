package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/search"
)

type doctorCmd struct {
	custodyFlags
	checkpointFlags
	Key     string `placeholder:"FILE" help:"Verifier key of the ledger, for --checkpoint (default: ledger.pub among the server's secrets)."`
	Lexicon string `placeholder:"FILE" help:"The lexicon that the server was started with."`
	Deep    bool   `help:"Compare all that the documents of the search index say, not their records alone, and every file with its checksum."`
	Repair  bool   `help:"Mend the search index of a stopped server from the documents stream, which stays as it is: what is behind catches up, what is damaged or differs is made anew. Says what it did."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

func (c *doctorCmd) Help() string {
	return `Compares what must agree: the documents stream with the search index, record by record, and with the vault. Looks at
file permissions, the queue and the dead letters. Changes nothing without --repair. Run it while no server uses the data
directory; with --nats it needs the rights of a worker. The exit code is 1 when something is wrong, and stays so after
--repair.`
}

// checkup is what doctor found.
type checkup struct {
	Waiting  uint64 `json:"waiting"`      // messages in the queue
	Dead     uint64 `json:"dead_letters"` // parked
	Messages uint64 `json:"documents"`    // messages in the documents stream
	Records  int    `json:"records"`      // records in it, each counted once
	// Restricted records are among them, and not in the index.
	Restricted int      `json:"restricted,omitempty"`
	Indexed    int      `json:"indexed"` // records in the search index
	Sealed     uint64   `json:"sealed"`  // records in the vault
	Epochs     uint64   `json:"epochs"`  // epoch keys
	Repaired   []string `json:"repaired,omitempty"`
	Problems   []string `json:"problems"`
	// Index is how the search index stands, where there is one that can be opened.
	Index     *search.Status `json:"index,omitempty"`
	malformed int
	last      uint64 // sequence of the documents stream

	restricted map[string]bool
	deep       bool
	digests    map[string]search.Digest // of the latest documents, when deep
}

func (k *checkup) wrong(format string, args ...any) {
	k.Problems = append(k.Problems, fmt.Sprintf(format, args...))
}

// Run checks and prints.
func (c *doctorCmd) Run(ctx context.Context, con *console) error {
	st, err := openServerStreams(ctx, con, c.custodyFlags)
	if err != nil {
		return err
	}
	defer st.close()
	k := &checkup{Problems: []string{}, deep: c.Deep}
	docs, err := k.streams(ctx, st)
	if err != nil {
		return err
	}
	if err := k.vault(ctx, st, docs); err != nil {
		return err
	}
	if c.Checkpoint != "" {
		keys, err := c.keys(c.Key)
		if err != nil {
			return err
		}
		if err := c.check(ctx, st, keys); err != nil {
			k.wrong("%v", err)
		}
	}
	if err := c.index(ctx, con, k, st, docs); err != nil {
		return err
	}
	if err := k.permissions(c.Data, c.secretsDir()); err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(con.Out).Encode(k); err != nil {
			return err
		}
	} else {
		k.print(con)
	}
	if len(k.Problems) > 0 {
		return fmt.Errorf("%d problems", len(k.Problems))
	}
	return nil
}

// openServerStreams opens the streams of a stopped server, or those at a NATS
// server with the rights of one that runs.
func openServerStreams(ctx context.Context, con *console, f custodyFlags) (*streams, error) {
	if f.NATS == "" {
		return openStreams(ctx, f.dataFlags)
	}
	nc, err := f.connect(ctx, watchToAsk(con), serverInbox)
	if err != nil {
		return nil, err
	}
	st := &streams{nc: nc}
	if err := st.open(ctx, ingest.StreamLimits{}); err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

func (k *checkup) print(con *console) {
	fmt.Fprintf(con.Out, "waiting in the queue    %d\ndead letters            %d\n", k.Waiting, k.Dead)
	fmt.Fprintf(con.Out, "documents               %d records in %d messages\nsearch index            %d records\n", k.Records, k.Messages, k.Indexed)
	if k.Restricted > 0 {
		fmt.Fprintf(con.Out, "restricted              %d records, kept out of the index\n", k.Restricted)
	}
	k.printIndex(con)
	fmt.Fprintf(con.Out, "vault                   %d records, %d epoch keys\n", k.Sealed, k.Epochs)
	for _, r := range k.Repaired {
		fmt.Fprintf(con.Out, "REPAIRED %s\n", r)
	}
	for _, p := range k.Problems {
		fmt.Fprintf(con.Out, "PROBLEM  %s\n", p)
	}
	if len(k.Problems) == 0 {
		fmt.Fprintln(con.Out, "All agree.")
	}
}

// streams counts, and reads the latest document of each record.
func (k *checkup) streams(ctx context.Context, st *streams) (map[string]*document.Document, error) {
	for name, n := range map[string]*uint64{
		ingest.StreamIn: &k.Waiting, ingest.StreamDead: &k.Dead, ingest.StreamDocs: &k.Messages,
		ingest.StreamVault: &k.Sealed, ingest.StreamKeys: &k.Epochs,
	} {
		s, err := st.js.Stream(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", name, err)
		}
		*n = s.CachedInfo().State.Msgs
	}
	docs := make(map[string]*document.Document)
	restricted := make(map[string]bool)
	k.digests = make(map[string]search.Digest)
	last, err := st.lastDocument(ctx)
	if err != nil {
		return nil, err
	}
	k.last = last
	err = ingest.ReadKept(ctx, st.js, last, func(d *document.Document, held bool) {
		if k.deep {
			digest, err := search.DigestOf(d)
			if err != nil {
				k.malformed++
				return
			}
			k.digests[d.Record] = digest
		}
		docs[d.Record] = &document.Document{Month: d.Month, Epoch: d.Epoch, Parts: d.Parts}
		restricted[d.Record] = held
	}, func(seq uint64, err error) { k.malformed++ })
	for record, held := range restricted {
		if held {
			k.Restricted++
		} else {
			delete(restricted, record)
		}
	}
	k.restricted = restricted
	if k.malformed > 0 {
		k.wrong("%d messages of %s are no documents", k.malformed, ingest.StreamDocs)
	}
	k.Records = len(docs)
	return docs, err
}

// vault checks that each document that says so has sealed values, and an epoch
// key to open them by.
func (k *checkup) vault(ctx context.Context, st *streams, docs map[string]*document.Document) error {
	subjects, err := subjectsOf(ctx, st.js, ingest.StreamVault)
	if err != nil {
		return err
	}
	keys, err := subjectsOf(ctx, st.js, ingest.StreamKeys)
	if err != nil {
		return err
	}
	missing, orphans, keyless := 0, 0, 0
	for record, d := range docs {
		sealed := d.Parts
		if d.Epoch != "" {
			sealed = append([]document.Part{{Epoch: d.Epoch}}, d.Parts...)
		}
		lacks, locked := false, false
		for _, p := range sealed {
			_, there := subjects[ingest.VaultPartSubject(d.Month, record, p.ID)]
			_, key := keys[ingest.KeySubject(p.Epoch)]
			// The key of an epoch goes when nothing is sealed under it any more.
			lacks, locked = lacks || !there, locked || there && !key
		}
		if lacks {
			missing++
		}
		if locked {
			keyless++
		}
	}
	for s := range subjects {
		if docs[s[strings.LastIndexByte(s, '.')+1:]] == nil {
			orphans++
		}
	}
	if missing > 0 {
		k.wrong("%d documents lack sealed values in the vault: retention has ended for them, or they were lost", missing)
	}
	if keyless > 0 {
		k.wrong("%d documents name an epoch whose key is gone: their values cannot be opened", keyless)
	}
	if orphans > 0 {
		k.wrong("%d vault entries belong to no document", orphans)
	}
	return nil
}

func subjectsOf(ctx context.Context, js jetstream.JetStream, stream string) (map[string]uint64, error) {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(">"))
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	return info.State.Subjects, nil
}

// compare compares the records, and when deep all that their documents say.
func (k *checkup) compare(ctx context.Context, ix *search.Index, docs map[string]*document.Document) (diff search.Difference, err error) {
	n, err := ix.Count()
	if err != nil {
		return diff, err
	}
	k.Indexed = int(n)
	if k.deep {
		for record := range k.restricted {
			delete(k.digests, record)
		}
		return ix.Compare(ctx, k.digests)
	}
	seen := make(map[string]bool, len(docs))
	for record, err := range ix.Records(ctx) {
		if err != nil {
			return diff, err
		}
		if docs[record] == nil || k.restricted[record] || seen[record] {
			diff.Extra = append(diff.Extra, record)
		}
		seen[record] = true
	}
	for record := range docs {
		if !seen[record] && !k.restricted[record] {
			diff.Missing = append(diff.Missing, record)
		}
	}
	return diff, nil
}

// some names the first few of many records.
func some(records []string) string {
	slices.Sort(records)
	const few = 5
	if len(records) > few {
		return strings.Join(records[:few], ", ") + " …"
	}
	return strings.Join(records, ", ")
}

// permissions looks for files that others may read.
func (k *checkup) permissions(dirs ...string) error {
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".key") {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				k.wrong("%s can be read by others: chmod 600 it", path)
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking at permissions: %w", err)
		}
	}
	return nil
}
