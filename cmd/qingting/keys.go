package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/term"

	"qingting/internal/secrets"
)

// passphraseEnv names the variable that holds a passphrase where nobody can type one.
const passphraseEnv = "QINGTING_PASSPHRASE"

type keysCmd struct {
	New       keysNewCmd       `cmd:"" help:"Make a compliance officer's key: writes the identity file, prints the recipient."`
	Recipient keysRecipientCmd `cmd:"" help:"Print the recipient that belongs to an identity file."`
	List      keysListCmd      `cmd:"" help:"List the officers, and how many epoch keys each can open."`
	Add       keysAddCmd       `cmd:"" help:"Add an officer, or a recovery key: what is sealed from now on is sealed to it too."`
	Retire    keysRetireCmd    `cmd:"" help:"Retire officers: nothing is sealed to them from now on."`
	Rotate    keysRotateCmd    `cmd:"" help:"Seal every epoch key to the present officers; records are not touched."`
	Check     keysCheckCmd     `cmd:"" help:"Prove that an identity opens every epoch, and a record of each."`
}

type keysNewCmd struct {
	Output         string `short:"o" default:"officer.key" placeholder:"FILE" help:"Identity file to create; it is never overwritten (default ${default})."`
	NoPassphrase   bool   `xor:"passphrase" help:"Leave the identity file unencrypted, for a machine that keeps it safe in another way."`
	PassphraseFile string `xor:"passphrase" placeholder:"FILE" help:"Read the passphrase from the first line of FILE; else from $$QINGTING_PASSPHRASE; else it is asked for."`
}

func (c *keysNewCmd) Run(con *console) error {
	if _, err := os.Lstat(c.Output); err == nil { // before anyone types a passphrase
		return existsError(c.Output)
	}
	recipient, err := c.create(con)
	if errors.Is(err, fs.ErrExist) {
		return existsError(c.Output)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(con.Out, recipient)
	fmt.Fprintf(con.Err, `Wrote the identity to %s. It opens what the server seals: keep it, and a copy, away from the server.
The line on standard output is its recipient, which is public. For a new server, add it to a file and start with --recipients FILE; where one has run,
run "qingting keys add NAME --recipient …" with it.
`, c.Output)
	if c.NoPassphrase {
		fmt.Fprintln(con.Err, "The identity file is not encrypted: whoever can read it can open the vault.")
	}
	return nil
}

func (c *keysNewCmd) create(con *console) (recipient string, err error) {
	if c.NoPassphrase {
		return secrets.NewUnprotectedIdentity(c.Output)
	}
	pass, err := newPassphrase(con, c.PassphraseFile)
	if err != nil {
		return "", err
	}
	defer clear(pass)
	return secrets.NewIdentity(c.Output, pass)
}

func existsError(path string) error {
	return fmt.Errorf("%s exists and will not be overwritten: choose another file with -o, or move it away", path)
}

type keysRecipientCmd struct {
	Identity       string `arg:"" help:"Identity file."`
	PassphraseFile string `placeholder:"FILE" help:"Read the passphrase from the first line of FILE; else from $$QINGTING_PASSPHRASE; else it is asked for."`
}

func (c *keysRecipientCmd) Run(con *console) error {
	ids, err := secrets.LoadIdentities(c.Identity, func() ([]byte, error) {
		return passphrase(con, c.PassphraseFile, "Passphrase of "+c.Identity)
	})
	if err != nil {
		return err
	}
	recipients, err := secrets.RecipientsOf(ids)
	if err != nil {
		return err
	}
	for _, r := range recipients {
		fmt.Fprintln(con.Out, r)
	}
	return nil
}

// newPassphrase is passphrase, asked twice when a person types it.
func newPassphrase(con *console, file string) ([]byte, error) {
	first, err := passphrase(con, file, "New passphrase")
	if err != nil || file != "" || os.Getenv(passphraseEnv) != "" {
		return first, err
	}
	second, err := askHidden(con, "Again")
	defer clear(second)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		clear(first)
		return nil, errors.New("the two passphrases differ; nothing was written")
	}
	return first, nil
}

// passphrase comes from a file, the environment, or a person at the terminal,
// in this order. The caller clears it.
func passphrase(con *console, file, prompt string) ([]byte, error) {
	if file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read passphrase: %w", err)
		}
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		clear(rest)
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
	if pass := os.Getenv(passphraseEnv); pass != "" {
		return []byte(strings.TrimRight(pass, "\r\n")), nil
	}
	return askHidden(con, prompt)
}

// askHidden asks at the terminal without echo.
func askHidden(con *console, prompt string) ([]byte, error) {
	in, ok := con.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return nil, usagef("there is no terminal to ask for the passphrase: give --passphrase-file FILE or set %s", passphraseEnv)
	}
	fmt.Fprintf(con.Err, "%s: ", prompt)
	pass, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(con.Err)
	if err != nil {
		return nil, fmt.Errorf("read passphrase: %w", err)
	}
	return pass, nil
}
