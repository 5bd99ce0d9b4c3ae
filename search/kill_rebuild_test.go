package search

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
)

// killURL and killWords are set, too, in the child process of
// TestKillDuringRebuild: the server of the stream to follow, and the segmenter.
const (
	killURL   = "QINGTING_SEARCH_KILL_URL"
	killWords = "QINGTING_SEARCH_KILL_WORDS"
)

func killServing(dir string) (*Index, error) {
	return OpenServing(dir, Config{Segmenter: plainSegmenter{os.Getenv(killWords)}, ShardDocs: 60})
}

// followForever follows the stream, and makes the index anew where the segmenter
// is another than its own.
func followForever(dir, url string) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	stream, err := js.Stream(context.Background(), "FEEDBACK_DOCS")
	if err != nil {
		return err
	}
	ix, err := killServing(dir)
	if err != nil {
		return err
	}
	fmt.Println("open")
	return NewIndexer(ix, stream, IndexerConfig{Batch: 10, Linger: 5 * time.Millisecond, Purge: 20 * time.Millisecond}).Run(context.Background())
}

// TestKillDuringRebuild kills a process while it fills a second generation, at
// the swap and just after it, while a shard empties and while erased documents
// are compacted away: what is left is the stream, each time, by whichever
// generation answers.
func TestKillDuringRebuild(t *testing.T) {
	s, err := server.NewServer(&server.Options{ServerName: "kill", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	nc, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream := docsStream(t, js)
	want := make(map[string]Digest)
	put := func(record string, seq int) {
		t.Helper()
		d := killDoc(record, uint64(seq))
		if want[record], err = DigestOf(d); err != nil {
			t.Fatal(err)
		}
		publish(t, js, d)
	}
	for i := range 300 {
		put(fmt.Sprint("r", i), i)
	}
	dir := filepath.Join(t.TempDir(), "index")
	half, swapped := 0, 0
	const rounds = 10
	for round := range rounds {
		before, _ := currentOf(dir)
		words := fmt.Sprint(round / 2) // every second time it goes on with what was left
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killDir+"="+dir, killURL+"="+s.ClientURL(), killWords+"="+words)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if lines := bufio.NewScanner(out); !lines.Scan() {
			t.Fatal("the child did not open the index")
		}
		// A later version of some, and all of the oldest shard erased.
		for k := range 10 {
			put(fmt.Sprint("r", 200+round*10+k), 1000+round*10+k)
		}
		for k := range 20 {
			record := fmt.Sprint("r", round*20+k)
			msg := &nats.Msg{Subject: "feedback.docs.00", Header: nats.Header{document.ErasedHeader: {record}}}
			if _, err := js.PublishMsg(t.Context(), msg); err != nil {
				t.Fatal(err)
			}
			delete(want, record)
		}
		for deadline := time.Now().Add(20 * time.Second); round > 1 && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			generations, _ := filepath.Glob(filepath.Join(dir, generationName+"*"))
			now, _ := currentOf(dir)
			m, _ := readManifest(filepath.Join(dir, now)) // it may go just now
			if round%2 == 0 && len(generations) > 1 || m.Version == versionOf(&analyzer{seg: plainSegmenter{words}}) {
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed: that is its error
		if after, _ := currentOf(dir); before != "" && after != before {
			swapped++
		}
		if generations, _ := filepath.Glob(filepath.Join(dir, generationName+"*")); len(generations) > 1 {
			half++
		}
	}
	t.Logf("%d kills left two generations, %d came after a swap", half, swapped)
	if half == 0 || swapped == 0 {
		t.Error("no kill came in the midst of a rebuild, or none after it: the test shows little")
	}
	last, err := stream.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(killWords, fmt.Sprint(rounds/2-1))
	ix, err := killServing(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, stop := start(t, ix, stream, IndexerConfig{Purge: 10 * time.Millisecond})
	await(t, x, last.State.LastSeq)
	eventually(t, "the last rebuild ends", func() bool { return ix.wanted() == nil && ix.rebuild.Load() == nil })
	eventually(t, "what was erased leaves the files", func() bool { return !ix.MustPurge() })
	if err := stop(); err != nil {
		t.Error(err)
	}
	diff, err := ix.Compare(t.Context(), want)
	if err != nil || !diff.None() {
		t.Errorf("%+v, %v", diff, err)
	}
	if err := ix.Close(); err != nil {
		t.Error(err)
	}
}
