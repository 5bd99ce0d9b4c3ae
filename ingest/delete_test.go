package ingest_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"qingting/ingest"
)

// TestSecureDelete: of several who delete the same message, one did it, and to
// none is it an error; neither is a message that never was.
func TestSecureDelete(t *testing.T) {
	js := streams(t, ingest.StreamLimits{})
	docs, err := js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		ack, err := js.Publish(t.Context(), ingest.DocsSubject("a"), []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		var did atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				ok, err := ingest.SecureDelete(t.Context(), docs, ack.Sequence)
				if err != nil {
					t.Error(err)
				}
				if ok {
					did.Add(1)
				}
			})
		}
		all.Wait()
		if did.Load() != 1 {
			t.Fatalf("%d say that they deleted it", did.Load())
		}
	}
	if ok, err := ingest.SecureDelete(t.Context(), docs, 1e6); ok || err != nil {
		t.Errorf("a message that never was: %v, %v", ok, err)
	}
	if err := js.DeleteStream(t.Context(), ingest.StreamDocs); err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.SecureDelete(t.Context(), docs, 1); err == nil {
		t.Error("a stream that is gone is no error")
	}
}
