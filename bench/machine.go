package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A fact is something to know of the machine or of a program.
type fact struct{ name, value string }

// describeMachine says what was measured on, without its name.
func (b *bench) describeMachine() []fact {
	cores, err := parseCores(b.allCores)
	if err != nil {
		cores = nil
	}
	facts := []fact{
		{"CPU", fmt.Sprintf("%s, %d cores", grep("/proc/cpuinfo", `(?m)^model name\s*:\s*(.+)$`), len(cores))},
		{"Memory", memorySize()},
		{"Kernel", "Linux " + grep("/proc/sys/kernel/osrelease", `^(\d+\.\d+\.\d+)`)},
		{"Go", strings.TrimPrefix(runtime.Version(), "go")},
		{"nginx", versionOf(`nginx/([\d.]+)`, "nginx", "-v")},
		{"wrk", versionOf(`wrk \S*?(\d+\.\d+\.\d+)`, "wrk", "-v")},
	}
	if b.postgres == "" {
		return facts
	}
	if engine, err := b.describePostgres(); err == nil {
		facts = append(facts, fact{"PostgreSQL", strings.TrimPrefix(engine, "PostgreSQL ")})
	}
	return facts
}

func grep(file, pattern string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	return found(string(text), pattern)
}

func found(text, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1])
	}
	return "unknown"
}

func versionOf(pattern, name string, args ...string) string {
	out, _ := exec.Command(name, args...).CombinedOutput() // wrk ends with 1 after its version
	return found(string(out), pattern)
}

func memorySize() string {
	kb, err := strconv.ParseInt(grep("/proc/meminfo", `MemTotal:\s*(\d+) kB`), 10, 64)
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%d GB", (kb+1<<19)>>20)
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// fileSystems are names of the magic numbers of statfs(2).
var fileSystems = map[uint64]string{
	0xEF53: "ext4", 0x58465342: "XFS", 0x9123683E: "Btrfs", 0x01021994: "tmpfs (memory)",
	0x794C7630: "overlayfs", 0x2FC12FC1: "ZFS", 0xF2F52010: "F2FS", 0x6969: "NFS",
}

// storage notes on what the databases lie, and how long it takes to make a
// small write durable there.
func (b *bench) storage() error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(b.dir, &fs); err != nil {
		return err
	}
	name := fileSystems[uint64(fs.Type)]
	if name == "" {
		name = fmt.Sprintf("type %#x", fs.Type)
	}
	f, err := os.CreateTemp(b.dir, "fsync-")
	if err != nil {
		return err
	}
	defer f.Close()
	var took series
	block := make([]byte, 4096)
	for range 50 {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		took = append(took, float64(time.Since(start)))
	}
	b.report.add(row{
		group: "The databases' file system", what: name + ": 4 KB written and fsync",
		figure: millis(took.median()), spread: took.spread(millis),
	})
	return nil
}
