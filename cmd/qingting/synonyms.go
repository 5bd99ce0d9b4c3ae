package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"qingting/search"
	"qingting/search/synonym"
	"qingting/textmining/segment"
)

// synonymsCmd keeps the synonyms of searches.
type synonymsCmd struct {
	List  synonymsListCmd  `cmd:"" help:"List the groups that count: of the settings, or the built-in ones."`
	Check synonymsCheckCmd `cmd:"" help:"Check a file of groups; errors name line and column."`
	Set   synonymsSetCmd   `cmd:"" help:"Put a file of groups in place; running servers follow at once."`
	Reset synonymsResetCmd `cmd:"" help:"Have the server's own or the built-in groups count again."`
	Try   synonymsTryCmd   `cmd:"" help:"Say how a text would be searched for."`
}

func (c *synonymsCmd) Help() string {
	return `A file is plain text, a group a line: "话费, 电话费, phone bill" – whoever searches for one finds the others too, a little
lower in the list. "手机卡 => sim卡" goes one way. "~ 怎么, 如何" finds nothing more: it is for the order. # begins a comment. In a query, = before a word or a phrase takes it as it
stands: =话费, ="话费太贵".`
}

type synonymsListCmd struct {
	custodyFlags
	Builtin bool `help:"List the built-in groups, as a file to begin with."`
	JSON    bool `name:"json" help:"Print the version and the groups as JSON."`
}

// Run prints the groups.
func (c *synonymsListCmd) Run(ctx context.Context, con *console) error {
	text, revision := synonym.BuiltinText(), uint64(0)
	if !c.Builtin {
		client, closeClient, err := c.client(ctx, con)
		if err != nil {
			return err
		}
		defer closeClient()
		now, err := client.Synonyms(ctx)
		if err != nil {
			return err
		}
		if len(now.Data) > 0 {
			text, revision = string(now.Data), now.Revision
		} else {
			fmt.Fprintln(con.Err, "The settings have no synonyms: those of the server's --synonyms count, or these built-in ones.")
		}
	}
	if !c.JSON {
		_, err := fmt.Fprint(con.Out, text)
		return err
	}
	set, err := synonym.Parse("synonyms", text)
	if err != nil {
		return err
	}
	return printJSON(con.Out, struct {
		Hash     string         `json:"hash"`
		Revision uint64         `json:"revision"`
		Groups   []synonym.Rule `json:"groups"`
	}{set.Hash(), revision, set.Rules()})
}

type synonymsCheckCmd struct {
	File string `arg:"" help:"File of groups."`
}

// Run reads the file.
func (c *synonymsCheckCmd) Run(con *console) error {
	set, err := readSynonyms(c.File)
	if err != nil {
		return err
	}
	terms := 0
	for _, r := range set.Rules() {
		terms += len(r.Terms())
	}
	fmt.Fprintf(con.Err, "%d groups of %d terms, version %s.\n", len(set.Rules()), terms, set.Hash())
	return nil
}

type synonymsSetCmd struct {
	custodyFlags
	reasonFlags
	File string `arg:"" help:"File of groups."`
}

// Run puts the file in place.
func (c *synonymsSetCmd) Run(ctx context.Context, con *console) error {
	set, err := readSynonyms(c.File)
	if err != nil {
		return err
	}
	if len(set.Rules()) == 0 {
		return usagef("%s has no groups: \"qingting synonyms reset\" takes those of the settings back", c.File)
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if err := c.changeSynonyms(ctx, con, c.reasonFlags, data); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%d groups count from now on.\n", len(set.Rules()))
	return nil
}

type synonymsResetCmd struct {
	custodyFlags
	reasonFlags
}

// Run takes the groups of the settings back.
func (c *synonymsResetCmd) Run(ctx context.Context, con *console) error {
	return c.changeSynonyms(ctx, con, c.reasonFlags, nil)
}

// change sets the synonyms of the settings.
func (f custodyFlags) changeSynonyms(ctx context.Context, con *console, why reasonFlags, data []byte) error {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Synonyms(ctx)
	if err != nil || data == nil && len(now.Data) == 0 {
		return err
	}
	_, err = client.ChangeSynonyms(ctx, why.request(), data, now.Revision)
	return err
}

type synonymsTryCmd struct {
	synonymFlags
	Query   []string `arg:"" help:"Words, as in a query."`
	Lexicon string   `placeholder:"FILE" help:"The lexicon that the server was started with."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

// Run prints the ways to write a text.
func (c *synonymsTryCmd) Run(con *console) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	opts, err := lexiconOption(c.Lexicon)
	if err != nil {
		return err
	}
	seg, err := segment.New(opts...)
	if err != nil {
		return err
	}
	text := search.Fold(strings.Join(c.Query, " "))
	variants := search.NewExpander(set, words{seg}).Variants(text)
	if c.JSON {
		return printJSON(con.Out, variants)
	}
	if len(variants) == 0 {
		fmt.Fprintln(con.Err, "No group has a term of this.")
		return nil
	}
	rows := [][]string{{"ALTERNATIVE", "WEIGHT"}, {text, "1"}}
	for _, v := range variants {
		rows = append(rows, []string{v.Text, fmt.Sprintf("%.2g", v.Weight)})
	}
	return alignRows(con.Out, rows)
}
