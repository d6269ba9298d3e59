package main

import (
	"fmt"
	"net"

	"deskd/config"
)

// portal says what is served of the pages, if anything about them is set.
func (f *findings) portal(c *config.Config) {
	switch {
	case !c.Given("desk.portal_url") && !c.Given("portal"):
		return
	case c.Desk.PortalURL == "":
		f.add(gradeWarn, "portal", "no pages are served, since nothing says where people would reach them", "set desk.portal_url to that address, such as https://help.example.com")
		return
	case c.Portal.Listen == "":
		f.add(gradeOK, "portal", `portal.listen is "": no pages are served, and mails carry no link`, "")
		return
	}
	l, err := net.Listen("tcp", c.Portal.Listen)
	if err != nil {
		f.add(gradeWarn, "portal", fmt.Sprintf("cannot listen on %s now: %v", c.Portal.Listen, err), "that is as it should be while deskd serve runs here; if not, set portal.listen to a free port")
		return
	}
	_ = l.Close() // it was only tried
	f.add(gradeOK, "portal", fmt.Sprintf("%s is free; customers answer reminders at %s/answer/, which must lead there", c.Portal.Listen, c.Desk.PortalURL), "")
}
