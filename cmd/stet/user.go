package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"stet"
	"stet/auth"
	"stet/store"
	"stet/store/access"
)

// personFlags are the flags that say what somebody is.
type personFlags struct{ name, role, langs, sections, desk, zone string }

func (f *personFlags) declare(set *flag.FlagSet) {
	set.StringVar(&f.name, "name", "", "")
	set.StringVar(&f.role, "role", "", "")
	set.StringVar(&f.langs, "langs", "", "")
	set.StringVar(&f.sections, "sections", "", "")
	set.StringVar(&f.desk, "desk", "", "")
	set.StringVar(&f.zone, "tz", "", "")
}

// apply changes a person to what the flags that were given say.
func (f *personFlags) apply(set *flag.FlagSet, p *stet.Person) (err error) {
	set.Visit(func(given *flag.Flag) {
		switch given.Name {
		case "name":
			p.Name = f.name
		case "role":
			p.Role, err = stet.ParseRole(f.role)
		case "langs":
			p.Langs = nil
			for _, l := range words(f.langs) {
				p.Langs = append(p.Langs, stet.Lang(l))
			}
		case "sections":
			p.Sections = words(f.sections)
		case "desk":
			p.Desk = stet.Lang(f.desk)
		case "tz":
			p.Zone = f.zone
		}
	})
	return err
}

// words are the parts of a list with commas.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// addUser takes somebody into the newsroom and prints the link by which they
// sign in for the first time.
func addUser(ctx context.Context, p *program, args []string) error {
	var f personFlags
	var person stet.Person
	c, set, err := p.settings("user add", args, func(set *flag.FlagSet) {
		f.declare(set)
		set.StringVar(&person.Email, "email", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || person.Email == "" || f.name == "" || f.role == "" {
		return errUsage
	}
	if err := f.apply(set, &person); err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	added, err := db.AddPerson(ctx, stet.Operator, person, time.Now())
	if err != nil {
		return err
	}
	return p.printLink(ctx, c, db, added)
}

// withUser runs fn with the person whom --email names. more may add flags.
func (p *program) withUser(ctx context.Context, name string, args []string, more func(*flag.FlagSet),
	fn func(c *config, set *flag.FlagSet, db *store.DB, who *stet.Person) error) error {
	var email string
	c, set, err := p.settings(name, args, func(set *flag.FlagSet) {
		set.StringVar(&email, "email", "", "")
		if more != nil {
			more(set)
		}
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || email == "" {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := db.PersonByEmail(ctx, email)
	if stet.Is(err, stet.NotFound) {
		return fmt.Errorf("nobody has the address %s; stet user list names everybody", email)
	}
	if err != nil {
		return err
	}
	return fn(c, set, db, who)
}

func linkUser(ctx context.Context, p *program, args []string) error {
	return p.withUser(ctx, "user link", args, nil, func(c *config, _ *flag.FlagSet, db *store.DB, who *stet.Person) error {
		if !who.Disabled.IsZero() {
			return fmt.Errorf("%s may not sign in since %s; stet user enable --email %s lets them in again",
				who.Email, who.Disabled.Format(time.DateOnly), who.Email)
		}
		return p.printLink(ctx, c, db, who)
	})
}

// printLink prints a new one-time link, alone on stdout.
func (p *program) printLink(ctx context.Context, c *config, db *store.DB, who *stet.Person) error {
	link, err := signInLink(ctx, db, c.address(c.Addr), who.ID, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "%s signs in with this link, once, within %d minutes:\n", who.Email, int(auth.LinkLasts.Minutes()))
	_, err = fmt.Fprintln(p.stdout, link)
	return err
}

func signInLink(ctx context.Context, db *store.DB, address, person string, now time.Time) (string, error) {
	token, err := db.AddLink(ctx, stet.Operator.ID, person, access.FromOperator, now, now.Add(auth.LinkLasts))
	return address + "/desk/sign-in/" + token, err
}

func changeUser(ctx context.Context, p *program, args []string) error {
	var f personFlags
	var email string
	more := func(set *flag.FlagSet) {
		f.declare(set)
		set.StringVar(&email, "new-email", "", "")
	}
	return p.withUser(ctx, "user change", args, more, func(_ *config, set *flag.FlagSet, db *store.DB, who *stet.Person) error {
		return db.UpdatePerson(ctx, stet.Operator, who.ID, time.Now(), func(x *stet.Person) error {
			if email != "" {
				x.Email = email
			}
			return f.apply(set, x)
		})
	})
}

// disableUser and enableUser take the right to sign in and give it back.
func disableUser(ctx context.Context, p *program, args []string) error {
	return p.disable(ctx, "user disable", args, time.Now())
}

func enableUser(ctx context.Context, p *program, args []string) error {
	return p.disable(ctx, "user enable", args, time.Time{})
}

func (p *program) disable(ctx context.Context, name string, args []string, since time.Time) error {
	return p.withUser(ctx, name, args, nil, func(_ *config, _ *flag.FlagSet, db *store.DB, who *stet.Person) error {
		return db.UpdatePerson(ctx, stet.Operator, who.ID, time.Now(), func(x *stet.Person) error {
			x.Disabled = since
			return nil
		})
	})
}

func listUsers(ctx context.Context, p *program, args []string) error {
	_, db, _, err := p.opened(ctx, "user list", args, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	people, err := db.People(ctx)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, who := range people {
		state := ""
		if !who.Disabled.IsZero() {
			state = "disabled since " + who.Disabled.Format(time.DateOnly)
		}
		var limits []string
		for _, l := range who.Langs {
			limits = append(limits, string(l))
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", who.Email, who.Name, who.Role, strings.Join(append(limits, who.Sections...), ","), state)
	}
	return out.Flush()
}

// resetAccess is for a bad day.
func resetAccess(ctx context.Context, p *program, args []string) error {
	_, db, _, err := p.opened(ctx, "access reset", args, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Reset(ctx, stet.Operator, time.Now()); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "everybody is signed out; sign-in links, preview links and API tokens have ended.\n"+
		"People sign in again with their passwords and passkeys; stet user link --email ADDRESS prints a link for who cannot, stet token add makes tokens.")
	return nil
}
