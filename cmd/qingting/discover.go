package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/term"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
	"qingting/textmining/segment"
)

// discoverCmd finds themes that nobody has named, and keeps what analysts decide
// about them.
type discoverCmd struct {
	Find     discoverFindCmd     `cmd:"" default:"withargs" help:"Find what feedback speaks of that no theme covers; the word find may be left out."`
	List     discoverListCmd     `cmd:"" help:"List the themes that were found so far, and how they stand."`
	Rename   discoverRenameCmd   `cmd:"" help:"Give a theme a name that stays."`
	Merge    discoverMergeCmd    `cmd:"" help:"Show themes as one, however later runs draw the line between them."`
	Separate discoverSeparateCmd `cmd:"" help:"Undo the merger of a theme into another."`
	Split    discoverSplitCmd    `cmd:"" help:"Divide a theme into parts, by words that tell them apart."`
	Dismiss  discoverDismissCmd  `cmd:"" help:"Put a theme out of sight until it is twice as large."`
	Restore  discoverRestoreCmd  `cmd:"" help:"Open a dismissed or promoted theme again."`
	Promote  discoverPromoteCmd  `cmd:"" help:"Make a theme one of the taxonomy: draft it, and show what that would change."`
}

func (c *discoverCmd) Help() string {
	return `Of a file, all rows; of a server or a data directory, the documents of the last days that no theme of the taxonomy covers.`
}

// clusterFlags say how clusters are made.
type clusterFlags struct {
	K         int    `short:"k" placeholder:"N" help:"Number of clusters; 0, which is the default, lets them be counted. More are finer: single events come apart from the subjects they belong to."`
	MinSize   int    `placeholder:"N" help:"Dissolve clusters with fewer texts; 0 is 5 where clusters are counted, else 1."`
	Customers int    `default:"5" placeholder:"N" help:"Show only what so many customers have said, by pseudonym; a server allows no fewer than 5 (default ${default})."`
	Seed      uint64 `default:"1" help:"Seed of everything random (default ${default})."`
	Sample    int    `default:"100000" placeholder:"N" help:"Fit on at most so many texts, spread over time, and assign the others (default ${default})."`
	Trends    bool   `help:"Look for bursts of each theme, and put those first that burst; needs times."`
}

func (f clusterFlags) check() error {
	if f.K < 0 || f.MinSize < 0 || f.Customers < 1 || f.Sample < 1 {
		return usagef("-k and --min-size cannot be negative, --customers and --sample must be at least 1")
	}
	return nil
}

// storedFlags say which stored documents are looked at.
type storedFlags struct {
	Days int  `placeholder:"N" help:"Of what is stored: the last so many days, up to the last feedback; 30 when not given, with --trends 120."`
	All  bool `help:"Of what is stored: also what themes cover."`
}

// storedPlace is where what is stored is: with a server, or in a data directory.
type storedPlace struct {
	natsFlags
	Data     string `placeholder:"DIR" help:"Look at the documents of this data directory, whose server is stopped, and not at a file."`
	Secrets  string `placeholder:"DIR" help:"Directory of the server's secrets, as it was started."`
	StoreKey string `placeholder:"FILE" help:"At-rest encryption key, as the server was started."`
	Lexicon  string `placeholder:"FILE" help:"Further words for segmentation, one a line; of a data directory, those its server was started with."`
	Taxonomy string `placeholder:"FILE" help:"Taxonomy in use; of a data directory, that of the settings when there is one, else the built-in one, when not given."`
}

func (f storedPlace) given() bool { return f.Data != "" || f.NATS != "" }

// client is the service that has the documents.
func (f storedPlace) client(ctx context.Context, con *console) (*custody.Client, func(), error) {
	if !f.given() {
		f.Data = "qingting-data"
	}
	flags := custodyFlags{f.natsFlags, dataFlags{Data: f.Data, Secrets: f.Secrets, StoreKey: f.StoreKey}}
	return flags.clientAnd(ctx, con, func(st *streams, cfg *custody.Config) (func(), error) {
		v, err := settledVocabulary(ctx, engineFlags{Taxonomy: f.Taxonomy, Lexicon: f.Lexicon}, st.settings)
		if err != nil {
			return nil, err
		}
		cfg.Discovery = discoverer{st, v}.order
		return func() {}, nil
	})
}

// order has the service carry an order out.
func (f storedPlace) order(ctx context.Context, con *console, r custody.DiscoverOrder, answer any) error {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	return client.Discover(ctx, r, answer)
}

// discoverOptions are how themes are looked for. They go to the service, and
// are kept with the state, so that promote finds the same again.
type discoverOptions struct {
	K         int    `json:"k,omitempty"`
	MinSize   int    `json:"min_size,omitempty"`
	Customers int    `json:"customers"`
	Seed      uint64 `json:"seed"`
	Sample    int    `json:"sample"`
	Days      int    `json:"days,omitempty"`
	All       bool   `json:"all,omitempty"`
	Trends    bool   `json:"trends,omitempty"`
	Again     bool   `json:"again,omitempty"` // as the run before, all but All
}

func (f clusterFlags) options(s storedFlags) discoverOptions {
	o := discoverOptions{f.K, f.MinSize, f.Customers, f.Seed, f.Sample, s.Days, s.All, f.Trends, false}
	if o.Days == 0 {
		if o.Days = 30; f.Trends {
			o.Days = 120
		}
	}
	return o
}

// radar are the options as the package takes them.
func (o discoverOptions) radar(seg *segment.Segmenter) radar.Options {
	return radar.Options{
		Segmenter: seg, Clusters: o.K, MinSize: o.MinSize, Sample: o.Sample, Seed: o.Seed, K: o.Customers, Trends: o.Trends, Zone: ingest.China,
	}
}

// look finds themes and keeps with the state how.
func (o discoverOptions) look(ctx context.Context, docs []radar.Document, r radar.Options, state *follow.State) (*radar.Found, error) {
	found, err := radar.Find(ctx, docs, r, state)
	if err != nil {
		return nil, err
	}
	state.Options, err = json.Marshal(o)
	return found, err
}

// before are the options of the run before.
func optionsOf(state *follow.State) (o discoverOptions, err error) {
	if state.Fits == 0 {
		return o, fmt.Errorf("no themes were found yet: run \"qingting discover\" first")
	}
	if len(state.Options) == 0 {
		return discoverOptions{Customers: 5, Seed: 1, Sample: 100_000, Days: 30}, nil
	}
	if err := json.Unmarshal(state.Options, &o); err != nil {
		return o, fmt.Errorf("malformed state of discovery: %w", err)
	}
	return o, nil
}

func fitProgress(con *console) func(done, all int) {
	f, ok := con.Err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(done, all int) {
		if done == all {
			fmt.Fprint(f, "\r\033[K")
			return
		}
		fmt.Fprintf(f, "\r\033[Kclustering: step %d of %d", done, all)
	}
}
