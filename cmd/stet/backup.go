package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"stet"
	"stet/blob"
	"stet/media"
	"stet/store"
	"stet/store/audit"
	"stet/store/picture"
)

// noPictures, in the place of a directory, leaves the files of pictures out.
const noPictures = "none"

// picturesFlag adds the flag that says where a backup's files of pictures are.
func picturesFlag(place *string) func(*flag.FlagSet) {
	return func(set *flag.FlagSet) { set.StringVar(place, "pictures", "", "") }
}

// picturesOf returns where the files of pictures of a backup are: one directory
// beside it that all backups there share.
func picturesOf(backup, place string) string {
	if place != "" {
		return place
	}
	return filepath.Join(filepath.Dir(backup), "pictures")
}

func backup(ctx context.Context, p *program, args []string) error {
	var place string
	c, set, err := p.settings("backup", args, picturesFlag(&place))
	if err != nil {
		return err
	}
	if set.NArg() != 1 {
		return errUsage
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	out := set.Arg(0)
	if err := db.Backup(ctx, out); err != nil {
		return err
	}
	if err := db.Record(ctx, audit.Entry{Kind: audit.BackedUp, At: time.Now(), Actor: stet.Operator.ID, Note: filepath.Base(out)}); err != nil {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "wrote %s, %d KB; restore it with: stet restore --dir NEWDIR %s\n", out, info.Size()/1024, out)
	if place == noPictures {
		return nil
	}
	// After the database: a picture's file is there before its row.
	if err := c.backupPictures(ctx, p, db, picturesOf(out, place)); err != nil {
		return fmt.Errorf("the files of pictures are not all there; stet pictures copy --to %s goes on: %w", picturesOf(out, place), err)
	}
	return nil
}

func (c *config) backupPictures(ctx context.Context, p *program, db *store.DB, place string) error {
	files, err := c.files(ctx)
	if err != nil || files == nil {
		return err
	}
	if found, _, err := db.FindPictures(ctx, picture.Query{Limit: 1}); err != nil || len(found) == 0 {
		return err
	}
	to, err := blob.OpenDir(place)
	if err != nil {
		return err
	}
	if err := copyFiles(ctx, p, files, to, []string{media.Originals}, place); err != nil {
		return err
	}
	missing, err := media.Missing(ctx, db, to)
	if err == nil && missing > 0 {
		fmt.Fprintf(p.stderr, "%d pictures have no sound file, not even in the newsroom; stet doctor names them\n", missing)
	}
	return err
}

// copyFiles copies what is not there yet, and says what it did.
func copyFiles(ctx context.Context, p *program, from, to blob.Store, prefixes []string, into string) error {
	did, err := media.Copy(ctx, from, to, prefixes, progress(p.stderr, "copied"))
	for _, name := range did.Damaged {
		fmt.Fprintf(p.stderr, "%s is damaged and was not copied\n", name)
	}
	if did.Files > 0 || err == nil {
		fmt.Fprintf(p.stderr, "copied %d files of pictures to %s, %d KB; %d were there\n", did.Files, into, did.Bytes/1024, did.There)
	}
	return err
}

func restore(ctx context.Context, p *program, args []string) error {
	var place string
	c, set, err := p.settings("restore", args, picturesFlag(&place))
	if err != nil {
		return err
	}
	if set.NArg() != 1 || c.Dir == "" {
		return errUsage
	}
	backup := set.Arg(0)
	if place = picturesOf(backup, place); place != noPictures && place != picturesOf(backup, "") {
		if _, err := os.Stat(place); err != nil { // before anything is made
			return fmt.Errorf("--pictures: %w", err)
		}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	files, err := c.files(ctx)
	if err != nil {
		return err
	}
	if err := store.Restore(ctx, backup, dsn); err != nil {
		return err
	}
	if err := c.keep(); err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Record(ctx, audit.Entry{Kind: audit.Restored, At: time.Now(), Actor: stet.Operator.ID, Note: filepath.Base(backup)}); err != nil {
		return err
	}
	if err := c.restorePictures(ctx, p, db, files, place); err != nil {
		return fmt.Errorf("restored, but for the files of pictures; bring them by stet pictures copy --dir %s --from %s: %w", c.Dir, place, err)
	}
	fmt.Fprintf(p.stderr, "restored; scheduled articles wait until you run: stet resume --dir %s\n", c.Dir)
	return nil
}

func (c *config) restorePictures(ctx context.Context, p *program, db *store.DB, files blob.Store, place string) error {
	if _, err := os.Stat(place); err == nil && place != noPictures {
		from, err := blob.OpenDir(place)
		if err != nil {
			return err
		}
		if err := copyFiles(ctx, p, from, files, []string{media.Originals}, "the newsroom"); err != nil {
			return err
		}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	missing, err := media.Missing(ctx, db, files)
	if err == nil && missing > 0 {
		fmt.Fprintf(p.stderr, "%d pictures have no file: bring them by stet pictures copy --dir %s --from DIR, where DIR/original has them\n", missing, c.Dir)
	}
	return err
}

// copyPictures copies the files of pictures to where the newsroom keeps them, or
// from there.
func copyPictures(ctx context.Context, p *program, args []string) error {
	var from, to string
	c, set, err := p.settings("pictures copy", args, func(set *flag.FlagSet) {
		set.StringVar(&from, "from", "", "")
		set.StringVar(&to, "to", "", "")
	})
	if err != nil {
		return err
	}
	if set.NArg() > 0 || (from == "") == (to == "") {
		return errUsage
	}
	db, err := c.open(ctx) // there is a newsroom
	if err != nil {
		return err
	}
	defer db.Close()
	files, err := c.files(ctx)
	if err != nil {
		return err
	}
	if files == nil {
		return fmt.Errorf("%w: --dir is missing", errUsage)
	}
	if to != "" {
		other, err := blob.OpenDir(to)
		if err != nil {
			return err
		}
		return copyFiles(ctx, p, files, other, media.Everything, to)
	}
	if _, err := os.Stat(from); err != nil {
		return err
	}
	other, err := blob.OpenDir(from)
	if err != nil {
		return err
	}
	if err := copyFiles(ctx, p, other, files, media.Everything, "the newsroom"); err != nil {
		return err
	}
	// What could not be made for want of them can be now.
	if err := db.RetryRenditions(ctx); err != nil {
		return err
	}
	missing, err := media.Missing(ctx, db, files)
	if err == nil && missing > 0 {
		fmt.Fprintf(p.stderr, "%d pictures have no file yet; stet doctor names them\n", missing)
	}
	return err
}
