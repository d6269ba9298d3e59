package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"deskd/catalogue"
	"deskd/config"
)

// A desk knows the macros of the moment it is made, which serve does again and
// again, and goes on without those that cannot be read.
func TestMacrosAreReadAnew(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "macros")
	h := &house{config: &config.Config{Macros: config.Macros{Folder: folder}}}
	var err error
	if h.composer.Texts, err = catalogue.New(); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if m := h.macros(); len(m.All) > 0 || m.Fault != "" || m.Statuses["ja"]["solved"] == "" {
		t.Errorf("without a folder: %+v", m)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write("a.txt", "\ufeffHello")
	write(".b.txt.swp", "Hello")
	write("long.txt", strings.Repeat("x", 1<<20))
	if m := h.macros(); m.Names() != "a, long" || m.All[0].Text != "Hello" || m.All[0].Fault != "" || m.All[1].Fault == "" {
		t.Errorf("with a folder: %+v", m)
	}
	write("a.txt", "{nothing}")
	if m := h.macros(); !strings.Contains(m.All[0].Fault, "no field {nothing}") {
		t.Errorf("changed: %+v", m.All[0])
	}
	h.config.Macros.Folder = filepath.Join(folder, "a.txt")
	if m := h.macros(); len(m.All) > 0 || !strings.Contains(m.Fault, "read the macros") {
		t.Errorf("with a file for a folder: %+v", m)
	}
}

func TestCheckLooksAtMacros(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bad.txt"), []byte("{nothing}"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &findings{json: true, ended: func() bool { return context.Background().Err() != nil }}
	f.macros(&config.Config{Macros: config.Macros{Folder: dir}})
	if len(f.all) != 1 || f.all[0].Grade != gradeWarn || !strings.Contains(f.all[0].Detail, "bad in "+dir+" cannot be used") {
		t.Errorf("%+v", f.all)
	}
}
