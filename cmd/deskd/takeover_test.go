package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestDead(t *testing.T) {
	t.Parallel()
	child := exec.Command("true")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	gone := strconv.Itoa(child.Process.Pid)
	const us = "host/boot-1/1000000/AAAA"
	parent := strconv.Itoa(os.Getppid())
	for owner, want := range map[string]bool{
		"host/boot-1/" + gone + "/BBBB":   true,
		"host/boot-1/1000000/BBBB":        true, // our number, before us
		us:                                false,
		"host/boot-1/" + parent + "/BBBB": false, // alive
		"host/boot-2/" + gone + "/BBBB":   false, // another container, or before a boot
		"other/boot-1/" + gone + "/BBBB":  false,
		"host//" + gone + "/BBBB":         false,
		"host/boot-1/-1/BBBB":             false,
		"host/boot-1/x/BBBB":              false,
		"bench":                           false,
	} {
		if got := dead(owner, us); got != want {
			t.Errorf("dead(%q) is %v", owner, got)
		}
	}
	if dead("host//"+gone+"/BBBB", "host//1/AAAA") {
		t.Error("where nothing is known of process numbers, nobody is dead")
	}
}

func TestOwnerName(t *testing.T) {
	t.Parallel()
	a, b := ownerName(), ownerName()
	if a == b || len(strings.Split(a, "/")) != 4 || dead(a, b) != (processSpace() != "") {
		t.Errorf("%s and %s", a, b)
	}
}
