package imap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// After is what is done with a mail in the mailbox once it is settled. The
// zero value leaves it alone.
type After struct {
	kind   afterKind
	target string
}

type afterKind int

const (
	afterKeep afterKind = iota
	afterMove
	afterKeyword
)

// MoveTo moves settled mails into a folder, which is made if it is missing.
// The server must have MOVE (RFC 6851) or UIDPLUS (RFC 4315): without either
// nothing is moved, since it could not be done without expunging mails that
// somebody else marked as deleted.
func MoveTo(folder string) After { return After{afterMove, folder} }

// Mark gives settled mails a keyword (RFC 3501 §2.3.2), such as $Ticketed.
func Mark(keyword string) After { return After{afterKeyword, keyword} }

// errCannotMove is the reason why settled mails stay where they are.
var errCannotMove = errors.New("the server has neither MOVE nor UIDPLUS, so mails cannot be moved safely; keep them (after = \"keep\") or mark them (after = \"keyword\")")

// settleGroup is how many mails are moved or marked at once.
const settleGroup = 200

// settle moves or marks the mails that were settled since the last time. What
// the server refuses is reported, and tried again the next time. Doing it
// again to a mail that was moved already does nothing.
func (r *reader) settle(ctx context.Context) error {
	if r.account.After.kind == afterKeep || !r.begun {
		return nil
	}
	m, v := r.account.Mailbox.ID, r.session.folder.UIDValidity
	for {
		uids, err := r.spool.Settled(ctx, m, r.account.Folder, v, settleGroup)
		if err != nil {
			return fmt.Errorf("list settled mails of folder %s: %w", r.account.Folder, err)
		}
		if len(uids) == 0 {
			return nil
		}
		var set imap.UIDSet
		for _, uid := range uids {
			set.AddNum(imap.UID(uid))
		}
		if err := r.session.finish(ctx, set); err != nil {
			if refused(err) || errors.Is(err, errCannotMove) {
				r.notify(Event{Kind: AfterFailed, Mails: len(uids), Err: err})
				return nil
			}
			return err
		}
		if err := r.spool.SettledDone(ctx, m, r.account.Folder, v, uids); err != nil {
			return fmt.Errorf("note that mails of folder %s were moved or marked: %w", r.account.Folder, err)
		}
	}
}

// finish does to mails what the account wants done.
func (s *session) finish(ctx context.Context, uids imap.UIDSet) error {
	if s.account.After.kind == afterKeyword {
		return s.flag(ctx, uids, imap.Flag(s.account.After.target))
	}
	if !s.canMove() {
		return errCannotMove
	}
	if err := s.ensureTarget(ctx); err != nil {
		return err
	}
	return s.move(ctx, uids)
}

func (s *session) canMove() bool {
	return s.caps.Has(imap.CapMove) || s.caps.Has(imap.CapUIDPlus)
}

// flag adds a flag to mails.
func (s *session) flag(ctx context.Context, uids imap.UIDSet, flag imap.Flag) error {
	return s.within(ctx, fmt.Sprintf("mark mails with %s", flag), func(*watchdog) error {
		return s.client.Store(uids, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
	})
}

// move moves mails to the target, which exists. The library's Move is only
// called where it sends MOVE: its way around a missing MOVE deletes mails
// whose COPY failed, and can expunge those that others marked.
func (s *session) move(ctx context.Context, uids imap.UIDSet) error {
	target := s.account.After.target
	if s.caps.Has(imap.CapMove) {
		return s.within(ctx, "move mails to "+target, func(*watchdog) error {
			if !s.client.Caps().Has(imap.CapMove) {
				return errCannotMove // it was withdrawn
			}
			_, err := s.client.Move(uids, target).Wait()
			return err
		})
	}
	err := s.within(ctx, "copy mails to "+target, func(*watchdog) error {
		_, err := s.client.Copy(uids, target).Wait()
		return err
	})
	if err != nil {
		return err
	}
	if err := s.flag(ctx, uids, imap.FlagDeleted); err != nil {
		return err
	}
	return s.within(ctx, "remove mails copied to "+target, func(*watchdog) error {
		return s.client.UIDExpunge(uids).Close()
	})
}

// ensureTarget makes the folder for settled mails if it is missing.
func (s *session) ensureTarget(ctx context.Context) error {
	if s.hasTarget {
		return nil
	}
	there, err := s.folderExists(ctx, s.account.After.target)
	if err == nil && !there {
		err = s.within(ctx, "make folder "+s.account.After.target, func(*watchdog) error {
			return s.client.Create(s.account.After.target, nil).Wait()
		})
		var answer *imap.Error
		if errors.As(err, &answer) && answer.Code == imap.ResponseCodeAlreadyExists {
			err = nil
		}
	}
	s.hasTarget = err == nil
	return err
}

// folderExists looks for a folder by its name.
func (s *session) folderExists(ctx context.Context, name string) (bool, error) {
	if strings.ContainsAny(name, "*%") {
		return false, fmt.Errorf("folder %s: names with * or %% cannot be looked up; choose another", name)
	}
	found := false
	err := s.within(ctx, "look for folder "+name, func(*watchdog) error {
		list, err := s.client.List("", name, nil).Collect()
		for _, f := range list {
			found = found || !hasAttr(f.Attrs, imap.MailboxAttrNonExistent) && !hasAttr(f.Attrs, imap.MailboxAttrNoSelect)
		}
		return err
	})
	return found, err
}

func hasAttr(attrs []imap.MailboxAttr, a imap.MailboxAttr) bool {
	for _, have := range attrs {
		if strings.EqualFold(string(have), string(a)) {
			return true
		}
	}
	return false
}
