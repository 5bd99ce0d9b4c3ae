package erase_test

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/settings"
)

// TestLabelsGoWithTheRecord: what analysts said of a record is gone with all of
// its versions; another record's stays; a back-up that brings it back is mended.
func TestLabelsGoWithTheRecord(t *testing.T) {
	a := newArchive(t)
	st, err := settings.Create(t.Context(), a.js, 1)
	must(t, err)
	one, two := a.store(t, "断网三天", hers), a.store(t, "断网两天", his)
	label := func(record string, values ...string) {
		for _, v := range values {
			now, err := st.Get(t.Context(), settings.LabelsOf(record))
			must(t, err)
			_, err = st.Put(t.Context(), settings.LabelsOf(record), []byte(v), now.Revision, settings.Change{Actor: "ma", Reason: "r"})
			must(t, err)
		}
	}
	label(one, `{"themes":["outage"]}`, `{"themes":["bill"]}`)
	label(two, `{"themes":["outage"]}`)
	versions := func(record string) int {
		stream, err := a.js.Stream(t.Context(), "KV_"+settings.Bucket)
		must(t, err)
		info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter("$KV."+settings.Bucket+"."+string(settings.LabelsOf(record))))
		must(t, err)
		return int(info.State.Subjects["$KV."+settings.Bucket+"."+string(settings.LabelsOf(record))])
	}
	if n := versions(one); n != 2 {
		t.Fatalf("%d versions before", n)
	}
	p, err := a.eraser.Erase(t.Context(), order, []string{one})
	must(t, err)
	if p.Left != 0 {
		t.Errorf("left: %+v", p)
	}
	gone := func() {
		t.Helper()
		v, err := st.Get(t.Context(), settings.LabelsOf(one))
		must(t, err)
		if list, err := st.History(t.Context(), settings.LabelsOf(one)); v.Data != nil || err != nil || len(list) > 1 || len(list) == 1 && list[0].Data != nil {
			t.Errorf("the correction is still there: %+v, %d versions, %v", v, len(list), err)
		}
	}
	gone()
	if v, err := st.Get(t.Context(), settings.LabelsOf(two)); err != nil || v.Data == nil {
		t.Errorf("another record's correction is gone: %v", err)
	}
	// It comes back, as from a back-up of the settings.
	kv, err := a.js.KeyValue(t.Context(), settings.Bucket)
	must(t, err)
	_, err = kv.Put(t.Context(), string(settings.LabelsOf(one)), []byte(`{"themes":["bill"]}`))
	must(t, err)
	if p, err = a.eraser.Erase(t.Context(), order, []string{one}); err != nil || p.Left != 0 {
		t.Errorf("erased again: %+v, %v", p, err)
	}
	gone()
}
