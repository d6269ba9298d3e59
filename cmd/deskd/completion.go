package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

func (completionCmd) Help() string {
	return `Prints what makes the shell complete commands and flags.

Examples:

  deskd completion bash > /etc/bash_completion.d/deskd
  deskd completion zsh > "${fpath[1]}/_deskd"
  deskd completion fish > ~/.config/fish/completions/deskd.fish`
}

func (c completionCmd) Run(p *program) error {
	script := map[string]string{
		"bash": `_deskd() {
	local IFS=$'\n'
	COMPREPLY=($(deskd complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _deskd deskd
`,
		"zsh": `#compdef deskd
_deskd() {
	local -a found
	found=("${(@f)$(deskd complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n "$found[1]" ]]; then compadd -a found; else _files; fi
}
compdef _deskd deskd
`,
		"fish": `complete -c deskd -a '(deskd complete-words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
	}[c.Shell]
	_, err := fmt.Fprint(p.out, script)
	return err
}

// completeWordsCmd is what the shells' scripts call.
type completeWordsCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

func (c completeWordsCmd) Run(p *program) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	for _, w := range complete(p.parser.Model.Node, words) {
		if _, err := fmt.Fprintln(p.out, w); err != nil {
			return err
		}
	}
	return nil
}

// complete gives what the last word may become. None means that it is no
// matter of the command line's shape, such as the name of a file.
func complete(node *kong.Node, words []string) []string {
	last := words[len(words)-1]
	var waiting *kong.Flag // a flag whose value comes next
	positions := 0
	for _, w := range words[:len(words)-1] {
		switch child := childOf(node, w); {
		case waiting != nil:
			waiting = nil
		case strings.HasPrefix(w, "-"):
			waiting = valueFlag(node, w)
		case child != nil:
			node, positions = child, 0
		default:
			positions++
		}
	}
	var candidates []string
	switch {
	case waiting != nil:
		candidates = waiting.EnumSlice()
	case strings.HasPrefix(last, "-"):
		for _, f := range flagsOf(node) {
			candidates = append(candidates, "--"+f.Name)
		}
	case positions < len(node.Positional):
		candidates = node.Positional[positions].EnumSlice()
	}
	if waiting == nil {
		for _, c := range node.Children {
			if !c.Hidden {
				candidates = append(candidates, c.Name)
			}
		}
	}
	candidates = slices.DeleteFunc(candidates, func(s string) bool { return s == "" || !strings.HasPrefix(s, last) })
	slices.Sort(candidates)
	return slices.Compact(candidates)
}

func childOf(node *kong.Node, name string) *kong.Node {
	for _, c := range node.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func flagsOf(node *kong.Node) []*kong.Flag {
	return slices.Concat(node.AllFlags(true)...)
}

// valueFlag finds the flag of a word if its value comes as the next word.
func valueFlag(node *kong.Node, word string) *kong.Flag {
	for _, f := range flagsOf(node) {
		if word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short) {
			if !f.IsBool() {
				return f
			}
		}
	}
	return nil
}
