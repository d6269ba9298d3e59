package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"deskd/catalogue"
	"deskd/config"
	"deskd/mail"
	"deskd/ticketing"
)

// What is read of a folder of templates.
const (
	maxTemplateFiles = 1000
	maxTemplateFile  = 256 << 10 // bytes
)

// readTemplates reads a desk's own words from a folder; "" has none. The error
// has a line for each thing that is wrong, with the file.
func readTemplates(folder string, texts *catalogue.Catalogue, s ticketing.Settings) (mail.Templates, error) {
	if folder == "" {
		return mail.Templates{}, nil
	}
	files, err := templateFiles(folder)
	if err != nil {
		return mail.Templates{}, err
	}
	templates, err := mail.ReadTemplates(files, texts, s)
	if err != nil {
		lines := strings.Split(err.Error(), "\n")
		for i, line := range lines {
			lines[i] = filepath.Join(folder, line)
		}
		return mail.Templates{}, errors.New(strings.Join(lines, "\n"))
	}
	return templates, nil
}

// templateFiles reads the files of a folder, by their paths with slashes. Those
// that begin with a dot or are called README are not for us.
func templateFiles(folder string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case path != folder && strings.HasPrefix(name, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir(), strings.HasPrefix(name, "README"):
			return nil
		case len(files) == maxTemplateFiles:
			return fmt.Errorf("there are more than %d files; is it the right folder?", maxTemplateFiles)
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(inside)], err = templateFile(path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the templates in %s (templates.folder): %w", folder, err)
	}
	return files, nil
}

func templateFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxTemplateFile+1))
	if err == nil && len(data) > maxTemplateFile {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxTemplateFile)
	}
	return data, err
}

// templates looks whether the desk's own words can be used. The rest is checked
// with ours when they cannot.
func (f *findings) templates(c *config.Config) {
	if c.Templates.Folder == "" {
		return
	}
	texts, err := catalogue.New()
	if err == nil {
		_, err = readTemplates(c.Templates.Folder, texts, settings(c))
	}
	if err == nil {
		f.add(gradeOK, "templates", c.Templates.Folder, "")
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		f.add(gradeFail, "templates", line, "")
	}
	c.Templates.Folder = ""
}
