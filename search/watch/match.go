package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Schema is the version of the format.
const Schema = "qingting.match/1"

// Match is one message: what a search newly found in some seconds.
type Match struct {
	Schema string `json:"schema"`
	Search string `json:"search"` // id
	Name   string `json:"name"`
	// Documents is how many are new, Customers by how many, withheld under K.
	Documents int       `json:"documents"`
	Customers Customers `json:"customers"`
	K         int       `json:"k"`
	// Records are the first of them, More how many are not named.
	Records []string `json:"records"`
	More    int      `json:"more,omitempty"`
	// From and Through are sequences of the documents stream: what was looked at
	// lies behind From, and not behind Through.
	From    uint64    `json:"from"`
	Through uint64    `json:"through"`
	At      time.Time `json:"at"`
}

// Customers is a number of customers; Below withholds it.
type Customers struct{ N, Below int }

// MarshalJSON writes a number, or "<5".
func (c Customers) MarshalJSON() ([]byte, error) {
	if c.Below > 0 {
		return json.Marshal(fmt.Sprint("<", c.Below))
	}
	return json.Marshal(c.N)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Customers) UnmarshalJSON(data []byte) error {
	*c = Customers{}
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		_, err := fmt.Sscanf(s, "<%d", &c.Below)
		return err
	}
	return json.Unmarshal(data, &c.N)
}

// Stored is a Match with its sequence in the stream of matches.
type Stored struct {
	Match
	Sequence uint64 `json:"sequence"`
}

// ErrNoMatches says that nobody keeps matches at the server asked.
var ErrNoMatches = errors.New("the NATS server keeps no matches of saved searches: start a \"qingting serve\" of this version with it")

// askTimeout bounds one question to the server.
const askTimeout = 10 * time.Second

// Read yields the messages of a search that were stored after a sequence, of all
// searches when it is empty, in order. One permission is enough: publish
// $JS.API.DIRECT.GET.<stream>.
func Read(ctx context.Context, nc *nats.Conn, stream, prefix, search string, after uint64) iter.Seq2[Stored, error] {
	subject := prefix + search
	if search == "" {
		subject = prefix + ">"
	}
	return func(yield func(Stored, error) bool) {
		for {
			m, seq, err := directGet(ctx, nc, stream, fmt.Appendf(nil, `{"seq":%d,"next_by_subj":%q}`, after+1, subject))
			if err != nil {
				yield(Stored{}, fmt.Errorf("reading %s: %w", stream, err))
				return
			}
			if m == nil {
				return
			}
			if after = max(after+1, seq); seq == 0 {
				yield(Stored{}, fmt.Errorf("reading %s: the server's answer has no sequence", stream))
				return
			}
			if s, ok := parse(m.Data); ok && !yield(Stored{s, seq}, nil) {
				return
			}
		}
	}
}

func parse(data []byte) (Match, bool) {
	var s Match
	err := json.Unmarshal(data, &s)
	return s, err == nil && s.Schema == Schema
}

// directGet is one message; nil when there is none.
func directGet(ctx context.Context, nc *nats.Conn, stream string, ask []byte) (*nats.Msg, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	m, err := nc.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream, ask)
	if errors.Is(err, nats.ErrNoResponders) {
		return nil, 0, ErrNoMatches
	}
	if err != nil {
		return nil, 0, err
	}
	switch status := m.Header.Get("Status"); status {
	case "":
	case "404":
		return nil, 0, nil
	default:
		return nil, 0, fmt.Errorf("the server answers %s %s", status, m.Header.Get("Description"))
	}
	seq, _ := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	return m, seq, nil
}
