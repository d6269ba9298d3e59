package imap

import (
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
)

// smallDisk makes temporary files for which there is so much room in all.
type smallDisk struct{ room atomic.Int64 }

func (d *smallDisk) create(dir, pattern string) (tempFile, error) {
	f, err := createTemp(dir, pattern)
	return smallFile{f, d}, err
}

type smallFile struct {
	tempFile
	disk *smallDisk
}

func (f smallFile) WriteAt(p []byte, at int64) (int, error) {
	if fits := max(0, f.disk.room.Load()-at); fits < int64(len(p)) {
		n, _ := f.tempFile.WriteAt(p[:fits], at)
		return n, syscall.ENOSPC
	}
	return f.tempFile.WriteAt(p, at)
}

// A mail for which there is no room is taken by its header, in the end, and the
// others are whole.
func TestNoRoomForOneMail(t *testing.T) {
	s := newScript(t, 5)
	s.mails[2] = string(testMail(2, 5<<20))
	s.mails[4] = string(testMail(4, 1<<20))
	b := newScriptBench(t, s)
	var d smallDisk
	d.room.Store(3 << 20)
	b.TempDir, b.createTemp = t.TempDir(), d.create
	for i := range roomPatience + 1 {
		if _, err := b.Once(t.Context()); err == nil || len(b.spool.stored(t)) != 1 {
			t.Fatalf("round %d: stored %d, error %v", i, len(b.spool.stored(t)), err)
		}
	}
	b.once(t)
	rows := b.spool.stored(t)
	wantUIDs(t, rows, 1, 2, 3, 4, 5)
	for _, row := range rows {
		if row.HeaderOnly != (row.UID == 2) || !row.HeaderOnly && b.spool.raw(t, row) != s.mails[int(row.UID)] {
			t.Errorf("stored %+v", row)
		}
	}
	s.change(func(s *scriptServer) { s.uidValidity++ })
	if n := b.once(t); n != 0 {
		t.Errorf("of known mails %d were taken again", n)
	}
	if e := b.seen(Unfetchable); len(e) != 1 || e[0].UID != 2 {
		t.Errorf("reported %+v", e)
	}
}

// While the disk is full for all no mail is given up, and afterwards each is
// taken as a whole.
func TestNoRoomForAnyMail(t *testing.T) {
	s := newScript(t, 3)
	s.mails[2] = string(testMail(2, 2<<20))
	b := newScriptBench(t, s)
	var d smallDisk
	d.room.Store(100 << 10)
	b.TempDir, b.createTemp = t.TempDir(), d.create
	for range 3 * roomPatience {
		if _, err := b.Once(t.Context()); err == nil {
			t.Fatal("there was room")
		}
	}
	d.room.Store(3 << 20)
	b.once(t)
	for _, row := range b.spool.stored(t) {
		if row.HeaderOnly || b.spool.raw(t, row) != s.mails[int(row.UID)] {
			t.Errorf("stored %+v", row)
		}
	}
}

// A group for which there is no room is taken mail by mail.
func TestNoRoomForAGroup(t *testing.T) {
	s := newScript(t, 12)
	for i := range s.mails {
		s.mails[i] = string(testMail(i, 200<<10))
	}
	b := newScriptBench(t, s)
	b.Account.Limits.MemoryBytes = 1 << 20
	var d smallDisk
	d.room.Store(500 << 10)
	b.TempDir, b.createTemp = t.TempDir(), d.create
	if _, err := b.Once(t.Context()); err == nil {
		t.Fatal("there was room")
	}
	b.once(t)
	if got := fmt.Sprint(b.spool.groups); got != "[1 1 1 1 1 1 1 1 1 1 1 1]" {
		t.Errorf("stored in groups of %s", got)
	}
}
