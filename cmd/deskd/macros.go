package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"deskd/config"
	"deskd/mail"
	"deskd/ticketing"
)

// Macros are files: what is in the folder is what agents can insert, whether an
// editor, git or deskd macro put it there. A file that is no good does not stop
// the desk: agents who name it are told what is wrong with it.

// maxMacros is how many files of the folder are read.
const maxMacros = 1000

// macros reads the macros, with the words that their fields stand for.
func (h *house) macros() ticketing.Macros {
	all, err := readMacros(h.config.Macros.Folder)
	m := ticketing.Macros{All: all, Statuses: mail.StatusWords(h.composer.Texts)}
	if err != nil { // mail goes on without them
		m.Fault = err.Error()
	}
	return m
}

// macros looks whether each macro can be used.
func (f *findings) macros(c *config.Config) {
	const part = "macros"
	all, err := readMacros(c.Macros.Folder)
	if err != nil {
		f.add(gradeFail, part, err.Error(), "")
		return
	}
	bad := 0
	for _, m := range all {
		if m.Fault != "" {
			bad++
			f.add(gradeWarn, part, fmt.Sprintf("%s in %s cannot be used: %s", macroKey{m.Name, m.Language}, c.Macros.Folder, m.Fault), "")
		}
	}
	_, err = os.Stat(c.Macros.Folder)
	switch {
	case err != nil && c.Given("macros.folder"):
		f.add(gradeWarn, part, fmt.Sprintf("the folder %s is not there, so agents have none", c.Macros.Folder), "make it, or put macros.folder right")
	case len(all) > 0 && bad == 0:
		f.add(gradeOK, part, fmt.Sprintf("agents can insert %d", len(all)), "")
	}
}

// readMacros reads a folder of macros; one that is not there holds none. Each is
// checked.
func readMacros(folder string) ([]ticketing.Macro, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the macros: %w; put the folder right, or name another as macros.folder", err)
	}
	var all []ticketing.Macro
	for _, e := range entries {
		if e.IsDir() || !isMacroFile(e.Name()) || len(all) == maxMacros {
			continue
		}
		all = append(all, readMacro(folder, e.Name()))
	}
	slices.SortFunc(all, func(a, b ticketing.Macro) int {
		return strings.Compare(a.Name+"\x00"+a.Language, b.Name+"\x00"+b.Language)
	})
	for i := range all[:max(0, len(all)-1)] {
		if a, b := &all[i], &all[i+1]; a.Name == b.Name && a.Language == b.Language {
			a.Fault, b.Fault = "two files have this name", "two files have this name"
		}
	}
	return all, nil
}

// isMacroFile leaves out what editors and git keep beside the macros.
func isMacroFile(name string) bool {
	return strings.HasSuffix(name, ".txt") && !strings.HasPrefix(name, ".")
}

// readMacro reads one file of the folder.
func readMacro(folder, file string) ticketing.Macro {
	m := nameMacro(file)
	_, err := ticketing.MacroName(m.Name)
	if err == nil {
		err = checkLanguage(m.Language)
	}
	if err == nil {
		m.Text, err = readMacroText(filepath.Join(folder, file))
	}
	if err == nil {
		err = m.Check()
	}
	if err != nil {
		m.Fault = err.Error()
	}
	return m
}

// nameMacro is the macro of a file by the file's name.
func nameMacro(file string) ticketing.Macro {
	name, language, _ := strings.Cut(strings.TrimSuffix(file, ".txt"), ".")
	if good, err := ticketing.MacroName(name); err == nil {
		name = good
	}
	return ticketing.Macro{Name: name, Language: language}
}

// readMacroText reads a text as far as a macro may be long, and a byte more.
func readMacroText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return "", errors.Join(err, fmt.Errorf("%s is no plain file", path))
	}
	text, err := io.ReadAll(io.LimitReader(f, ticketing.MaxMacroText+1))
	return strings.TrimPrefix(string(text), "\ufeff"), err
}

func checkLanguage(language string) error {
	if language != "" && (len(language) != 2 || strings.Trim(language, "abcdefghijklmnopqrstuvwxyz") != "") {
		return fmt.Errorf("%q is not a language; write for example en or ja", language)
	}
	return nil
}
