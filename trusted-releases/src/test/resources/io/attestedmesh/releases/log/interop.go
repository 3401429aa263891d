// Reads a log's folder with Go's note and tlog packages and prints what they make of it; see GoInteropTest.
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fail(what string) {
	check(fmt.Errorf("%s", what))
}

// folder serves tiles under the paths of C2SP tlog-tiles, which leave out the height that Go's have.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func hashes(proof []tlog.Hash) string {
	var text strings.Builder
	for _, hash := range proof {
		text.WriteString(" " + hash.String())
	}
	return text.String()
}

func main() {
	dir, vkey, cosigner := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(vkey)
	check(err)
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, folder(dir))

	recompute(dir, tree)
	cosignature(opened, cosigner)
	for index := int64(0); index < size; index += 11 {
		proof, err := tlog.ProveRecord(size, index, reader)
		check(err)
		fmt.Printf("record %d%s\n", index, hashes(proof))
	}
	for from := int64(1); from < size; from += 13 {
		proof, err := tlog.ProveTree(size, from, reader)
		check(err)
		fmt.Printf("tree %d%s\n", from, hashes(proof))
	}
	sign(verifier.Name(), tree)
}

// recompute hashes every entry of the entry bundles and compares the root.
func recompute(dir string, tree tlog.Tree) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range at {
			found = append(found, stored[i])
		}
		return found, nil
	})
	count := int64(0)
	for number := int64(0); number*256 < tree.N; number++ {
		width := min(256, tree.N-number*256)
		tile := tlog.Tile{H: 8, L: -1, N: number, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, path))
		check(err)
		for len(data) > 0 {
			length := binary.BigEndian.Uint16(data)
			more, err := tlog.StoredHashes(count, data[2:2+length], read)
			check(err)
			stored = append(stored, more...)
			data = data[2+length:]
			count++
		}
	}
	root, err := tlog.TreeHash(tree.N, read)
	check(err)
	if count != tree.N || root != tree.Hash {
		fail("the entries give another tree")
	}
}

// cosignature verifies a cosignature/v1, which package note does not know.
func cosignature(opened *note.Note, vkey string) {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	id, err := strconv.ParseUint(parts[1], 16, 32)
	check(err)
	for _, signature := range opened.UnverifiedSigs {
		if signature.Name != parts[0] || signature.Hash != uint32(id) {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(signature.Base64)
		check(err)
		seconds := binary.BigEndian.Uint64(raw[4:])
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, opened.Text)
		if key[0] != 4 || !ed25519.Verify(key[1:], []byte(message), raw[12:]) {
			fail("the cosignature does not verify")
		}
		fmt.Printf("cosigned %d\n", seconds)
		return
	}
	fail("no cosignature")
}

// sign prints a key and a checkpoint of the same tree, signed by it.
func sign(name string, tree tlog.Tree) {
	private, vkey, err := note.GenerateKey(rand.Reader, name)
	check(err)
	signer, err := note.NewSigner(private)
	check(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", name, tree.N, tree.Hash)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	fmt.Printf("signed %s %s\n", vkey, base64.StdEncoding.EncodeToString(signed))
}
