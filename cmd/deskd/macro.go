package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"deskd/config"
	"deskd/ticketing"
)

type macroCmd struct {
	List   macroListCmd   `cmd:"" help:"List the macros."`
	Show   macroShowCmd   `cmd:"" help:"Print a macro."`
	Set    macroSetCmd    `cmd:"" help:"Add a macro, or change it."`
	Remove macroRemoveCmd `cmd:"" help:"Remove a macro."`
}

// macroFolder is where the macros are. It takes no database.
func macroFolder(p *program) (string, error) {
	c, err := config.Load(p.config)
	if err != nil {
		return "", err
	}
	return c.Macros.Folder, nil
}

// macroKey names a macro on the command line.
type macroKey struct {
	Name     string `arg:"" help:"The name by which agents insert it."`
	Language string `placeholder:"LANGUAGE" help:"The text for customers who read this language, such as ja."`
}

// file is the macro's file in the folder: the one that is there, however it is
// spelt, or that to be.
func (k *macroKey) file(p *program) (folder, file string, err error) {
	name, err := ticketing.MacroName(k.Name)
	if err == nil {
		err = checkLanguage(k.Language)
	}
	if err != nil {
		return "", "", usage(err)
	}
	k.Name = name
	if folder, err = macroFolder(p); err != nil {
		return "", "", err
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("read the macros: %w", err)
	}
	for _, e := range entries {
		if m := nameMacro(e.Name()); isMacroFile(e.Name()) && m.Name == k.Name && m.Language == k.Language {
			return folder, e.Name(), nil
		}
	}
	if k.Language != "" {
		name += "." + k.Language
	}
	return folder, name + ".txt", nil
}

func (k macroKey) String() string {
	if k.Language != "" {
		return k.Name + " (" + k.Language + ")"
	}
	return k.Name
}

type macroListCmd struct{ asJSON }

func (macroListCmd) Help() string {
	return `Says of each whether it can be used, and if not, why.

Example:

  deskd macro list --json`
}

// macroView is a macro as macro list --json prints it.
type macroView struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	Text     string `json:"text"`
	Fault    string `json:"fault"`
}

func (c macroListCmd) Run(ctx context.Context, p *program) error {
	folder, err := macroFolder(p)
	if err != nil {
		return err
	}
	all, err := readMacros(folder)
	if err != nil {
		return err
	}
	views := make([]macroView, len(all))
	for i, m := range all {
		views[i] = macroView{m.Name, m.Language, m.Text, m.Fault}
	}
	if c.JSON {
		return printJSON(p.out, views)
	}
	t := newTable(p.out, "NAME", "LANGUAGE", "STATE")
	for _, m := range views {
		state := "good"
		if m.Fault != "" {
			state = oneLine(m.Fault)
		}
		t.row(m.Name, m.Language, state)
	}
	return t.flush()
}

type macroShowCmd struct{ macroKey }

func (macroShowCmd) Help() string {
	return `Example:

  deskd macro show welcome --language ja`
}

func (c macroShowCmd) Run(ctx context.Context, p *program) error {
	folder, file, err := c.file(p)
	if err != nil {
		return err
	}
	text, err := readMacroText(filepath.Join(folder, file))
	if errors.Is(err, fs.ErrNotExist) {
		return c.missing()
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.out, text)
	return err
}

func (k macroKey) missing() error {
	return fmt.Errorf("there is no macro %s; see deskd macro list", k)
}

type macroSetCmd struct {
	macroKey
	File string `arg:"" help:"The file with the text; - reads standard input."`
}

func (macroSetCmd) Help() string {
	return `The first lines of the text may be commands (#solved agreed, #priority S2); they are carried out like the agent's own. Below them these fields stand for a value: {requester.name}, {agent.name}, {ticket}, {subject}, {desk}, {status}. {text} is what the agent wrote below #macro; without it that follows the macro. {{ is a brace.

A macro is a file in macros.folder: NAME.txt, or NAME.ja.txt for one language. Agents can use it within 30 seconds. Where several machines run the desk, each has the folder, as it has the configuration.

Examples:

  deskd macro set welcome welcome.txt
  deskd macro set welcome welcome-ja.txt --language ja`
}

func (c macroSetCmd) Run(ctx context.Context, p *program) error {
	folder, file, err := c.file(p)
	if err != nil {
		return err
	}
	text, err := c.read(p)
	if err != nil {
		return fmt.Errorf("read the macro %s: %w", c.macroKey, err)
	}
	m := ticketing.Macro{Name: c.Name, Language: c.Language, Text: text}
	if err := m.Check(); err != nil {
		return fmt.Errorf("the macro %s cannot be used: %w", c.macroKey, err)
	}
	if err := replaceFile(folder, file, text); err != nil {
		return fmt.Errorf("keep the macro %s: %w", c.macroKey, err)
	}
	_, err = fmt.Fprintf(p.out, "%s is kept in %s; agents insert it with #macro %s\n", c.macroKey, filepath.Join(folder, file), c.Name)
	return err
}

func (c macroSetCmd) read(p *program) (string, error) {
	if c.File == "-" {
		text, err := io.ReadAll(io.LimitReader(p.in, ticketing.MaxMacroText+1))
		return string(text), err
	}
	return readMacroText(c.File)
}

// replaceFile writes a file in one step, so that nobody reads half of it. The
// daemon, which may be another user, can read it whatever the umask is.
func replaceFile(folder, name, text string) error {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := errors.Join(os.MkdirAll(folder, 0o755), os.Chmod(folder, 0o755)); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(folder, ".macro-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(folder, name))
}

type macroRemoveCmd struct{ macroKey }

func (macroRemoveCmd) Help() string {
	return `What was said with it stays.

Example:

  deskd macro remove welcome`
}

func (c macroRemoveCmd) Run(ctx context.Context, p *program) error {
	folder, file, err := c.file(p)
	if err != nil {
		return err
	}
	err = os.Remove(filepath.Join(folder, file))
	if errors.Is(err, fs.ErrNotExist) {
		return c.missing()
	}
	if err != nil {
		return fmt.Errorf("remove the macro %s: %w", c.macroKey, err)
	}
	_, err = fmt.Fprintf(p.out, "%s is removed\n", c.macroKey)
	return err
}
