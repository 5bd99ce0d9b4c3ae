package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/search"
	"qingting/textmining"
)

// erasureLeavesNoTrace erases a person with 500 records, and then looks for
// what was hers everywhere: in every file, as the canaries, in every stream and
// in the index.
func erasureLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	const hers, others = 500, 200
	var list []ingest.Feedback
	for i := range hers + others {
		f := ingest.Feedback{ID: fmt.Sprint(i), Source: "crm", Text: "宽带断网鹩哥叫个不停，电话" + herNumber}
		if i >= hers {
			f.Text = "信号差，电话" + hisNumber
		}
		list = append(list, f)
	}
	s.publishOf(t, list...)
	s.processed(t, hers+others, 0)
	s.awaitCustody(t, 1)
	d := bureau{s, []string{"--nats", "nats://" + s.addr, "--token-file", token}}
	hersBefore := d.find(t, herNumber)
	if len(hersBefore.Records) != hers {
		t.Fatalf("%d records", len(hersBefore.Records))
	}
	var done custody.PersonDone
	if err := json.Unmarshal([]byte(d.must(t, herNumber, "subject", "erase", "--from", "-", "--reason", "要求删除", "--yes", "--json")), &done); err != nil {
		t.Fatal(err)
	}
	p := done.Proof
	if p == nil || p.Records != hers || p.Documents != hers || p.Sealed != hers || p.Left != 0 || p.Index != "clean" {
		t.Fatalf("%+v", p)
	}
	t.Logf("erased %d records in %v", p.Records, p.Took)
	if raceFactor == 1 && p.Took > 5*time.Second {
		t.Errorf("it took %v, want less than 5 s", p.Took)
	}
	canaries := []canary{{typ: "MOBILE", core: herNumber}}
	for _, subject := range hersBefore.Tokens {
		canaries = append(canaries, canary{typ: "token", core: subject[6:]})
	}
	s.stop(t, server)
	s.output = lockedBuffer{}
	// The case desk and the ledger keep the first token, encrypted at rest: in
	// the files nothing is to be seen.
	scanForCanaries(t, s, "erased", canaries)
	checkSilent(t, s)

	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	for _, name := range []string{ingest.StreamDocs, ingest.StreamVault, ingest.StreamIn, ingest.StreamDead} {
		stream, err := st.js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
			if msg, err := stream.GetMsg(t.Context(), seq); err == nil && strings.Contains(string(msg.Data), "鹩哥") {
				t.Errorf("%s still holds her text at %d", name, seq)
			}
		}
	}
	if n := len(latestDocuments(t, st)); n != others {
		t.Errorf("%d documents are left, want %d", n, others)
	}
	a, err := textmining.LoadAnnotator("", "")
	if err != nil {
		t.Fatal(err)
	}
	ix, err := search.Open(s.dataFlags().indexDir(), search.Config{Segmenter: words{a.Segmenter()}})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if found, _, err := ix.OfSubject(t.Context(), hersBefore.Tokens); err != nil || len(found) != 0 {
		t.Errorf("the index still knows %d records, %v", len(found), err)
	}
	if res, err := ix.Search(t.Context(), search.Query{Text: "鹩哥"}); err != nil || res.Total != 0 {
		t.Errorf("the index still finds her words: %v", err)
	}
	if n, err := ix.Count(); err != nil || n != others {
		t.Errorf("the index has %d documents, %v", n, err)
	}
}
