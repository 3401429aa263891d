package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A log in a folder, in the layout of C2SP tlog-tiles: {@code checkpoint}, {@code tile/<level>/<number>} and
 * {@code tile/entries/<number>}.
 *
 * <p>What the checkpoint says is the log; files beyond it are what an interrupted writer left, and the next one writes
 * over them. The checkpoint is replaced last and at once, so readers need no lock; writers hold one and do not wait for
 * it. Every method reads the checkpoint that is in force. A folder that contradicts itself is a
 * {@link DamagedLogException}.
 */
public final class TileLog {
    /** How many earlier sizes a bundle proves consistency from. */
    public static final int PROVED_SIZES = 128;

    private static final String CHECKPOINT = "checkpoint";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final LogStorage storage;

    private TileLog(Path folder, LogStorage storage) {
        this.folder = folder;
        this.storage = storage;
    }

    /** Begins an empty log, with a checkpoint that says so; the folder is made if it is not there. */
    public static TileLog create(Path folder, NoteSigner signer, Clock clock) throws IOException {
        return create(folder, new FolderStorage(folder), signer, clock);
    }

    static TileLog create(Path folder, LogStorage storage, NoteSigner signer, Clock clock) throws IOException {
        AtomicFile.createFolder(folder, AtomicFile.Access.PUBLIC);
        TileLog log = new TileLog(folder, storage);
        try (LockFile lock = log.lock()) {
            // Tiles without a checkpoint are a log that lost it: an empty one in its place would be a fork of it.
            if (storage.read(CHECKPOINT, SignedNote.MAX_BYTES).isPresent() || Files.exists(folder.resolve("tile"))) {
                throw new FileAlreadyExistsException(
                        folder.resolve(CHECKPOINT).toString(), null, "there is a log already");
            }
            Checkpoint empty = new Checkpoint(signer.key().name(), 0, MerkleTree.EMPTY_ROOT);
            log.publish(lock, SignedCheckpoint.sign(empty, signer, clock.instant()));
        }
        return log;
    }

    /** A log that is there; only its checkpoint is read, and nobody's signature is verified. */
    public static TileLog open(Path folder) throws IOException {
        return open(folder, new FolderStorage(folder));
    }

    static TileLog open(Path folder, LogStorage storage) throws IOException {
        TileLog log = new TileLog(folder, storage);
        log.checkpoint();
        return log;
    }

    /** The checkpoint in force, not verified. */
    public SignedCheckpoint checkpoint() throws IOException {
        Bytes note = storage.read(CHECKPOINT, SignedNote.MAX_BYTES)
                .orElseThrow(() -> new DamagedLogException(CHECKPOINT, "is missing: " + folder + " is no log"));
        try {
            return SignedCheckpoint.parse(note);
        } catch (MalformedReleasesException e) {
            throw new DamagedLogException(CHECKPOINT, e.getMessage(), e);
        }
    }

    /**
     * Adds entries and signs the larger tree.
     *
     * @throws RejectedReleasesException if the checkpoint in force is not signed by {@code signer}: its history is not
     *     this signer's to go on with
     */
    public SignedCheckpoint append(List<LogEntry> entries, NoteSigner signer, Clock clock)
            throws IOException, RejectedReleasesException {
        try (LockFile lock = lock()) {
            return append(lock, current(signer), entries, signer, clock);
        }
    }

    /**
     * Adds an entry, or finds it there: looked for and added under one lock, so that of two publishers at once one does
     * not see less than the other wrote.
     *
     * @return its index
     * @throws RejectedReleasesException also if the log has that version of the list with another content, or a higher
     *     one; nothing is added then
     * @throws IOException also if somebody else is writing
     */
    public long enter(LogEntry entry, NoteSigner signer, Clock clock) throws IOException, RejectedReleasesException {
        try (LockFile lock = lock()) {
            SignedCheckpoint current = current(signer);
            List<LogEntry> entries = entries();
            int there = entries.indexOf(entry);
            for (LogEntry each : entries) {
                if (!each.equals(entry)) {
                    entry.requireLater(each);
                }
            }
            if (there >= 0) {
                return there;
            }
            append(lock, current, List.of(entry), signer, clock);
            return entries.size();
        }
    }

    private SignedCheckpoint append(
            LockFile lock, SignedCheckpoint current, List<LogEntry> entries, NoteSigner signer, Clock clock)
            throws IOException, RejectedReleasesException {
        Checkpoint old = current.checkpoint();
        if (entries.isEmpty()) {
            return current;
        }
        long size = Math.addExact(old.size(), entries.size());
        List<Bytes> leaves = entries.stream().map(LogEntry::encode).toList();
        new TreeGrowth(storage, old.size()).add(leaves, (tile, content) -> storage.write(tile.path(), content));
        Checkpoint grown = new Checkpoint(old.origin(), size, reader(size).root(size));
        grown.requireExtends(old, reader(size).consistency(old.size(), size));
        return publish(lock, SignedCheckpoint.sign(grown, signer, clock.instant()));
    }

    /** Signs the same tree again, so that its checkpoint does not become stale; others' signatures stay. */
    public SignedCheckpoint renew(NoteSigner signer, Clock clock) throws IOException, RejectedReleasesException {
        try (LockFile lock = lock()) {
            SignedCheckpoint current = current(signer);
            return publish(lock, current.with(signer.cosign(current.checkpoint(), clock.instant())));
        }
    }

    /**
     * Lets another key of the log go on, after a full check; the signatures of the one before stay until then.
     *
     * @param before keys by one of which the checkpoint in force must be signed
     */
    public SignedCheckpoint rotate(List<NoteKey> before, NoteSigner signer, Clock clock)
            throws IOException, RejectedReleasesException {
        try (LockFile lock = lock()) {
            SignedCheckpoint current = current(signer.key().name(), before);
            Checkpoint tree = check();
            return publish(lock, current.with(signer.sign(tree)).with(signer.cosign(tree, clock.instant())));
        }
    }

    /** Adds what a witness returned to the checkpoint in force, in the place of an older signature of the same key. */
    public SignedCheckpoint addCosignature(NoteKey witness, NoteSignature cosignature)
            throws IOException, RejectedReleasesException {
        try (LockFile lock = lock()) {
            SignedCheckpoint current = checkpoint();
            if (current.note().signatures().size() == SignedNote.MAX_SIGNATURES) {
                throw new IOException("the checkpoint of " + folder + " has " + SignedNote.MAX_SIGNATURES
                        + " signatures, and no room for another");
            }
            SignedCheckpoint cosigned = current.with(cosignature);
            cosigned.witnessedAt(List.of(witness), 1);
            return publish(lock, cosigned);
        }
    }

    /** All entries, in order. */
    public List<LogEntry> entries() throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        long size = checkpoint().checkpoint().size();
        for (Bytes leaf : leaves(size)) {
            entries.add(parse(entries.size(), leaf));
        }
        return entries;
    }

    /** Where an entry stands, the first time if more than once. */
    public OptionalLong find(LogEntry entry) throws IOException {
        int index = entries().indexOf(entry);
        return index < 0 ? OptionalLong.empty() : OptionalLong.of(index);
    }

    /** That entry {@code index} is in the tree of the first {@code size} entries. */
    public List<Bytes> inclusionProof(long index, long size) throws IOException {
        requireWithin(index, size);
        return reader(size).inclusion(index, size);
    }

    /** That the tree of the first {@code to} entries extends that of the first {@code from}. */
    public ConsistencyProof consistencyProof(long from, long to) throws IOException {
        requireOrder(from, to);
        return new ConsistencyProof(from, reader(to).consistency(from, to));
    }

    /** What a bundle carries for its list, whose entry is at {@code index}: proofs from the newest 128 earlier sizes. */
    public LogProof prove(long index) throws IOException {
        SignedCheckpoint checkpoint = checkpoint();
        long size = checkpoint.checkpoint().size();
        requireWithin(index, size);
        TreeProofs<IOException> proofs = reader(size);
        List<ConsistencyProof> consistency = new ArrayList<>();
        for (long from = Math.max(1, size - PROVED_SIZES); from < size; from++) {
            consistency.add(new ConsistencyProof(from, proofs.consistency(from, size)));
        }
        return new LogProof(checkpoint, index, proofs.inclusion(index, size), consistency);
    }

    /**
     * Hashes every entry again and compares all tiles and the root hash; says nothing about signatures.
     *
     * @return the checkpoint that the folder bears out
     */
    public Checkpoint check() throws IOException {
        Checkpoint claimed = checkpoint().checkpoint();
        List<Bytes> leaves = leaves(claimed.size());
        for (int i = 0; i < leaves.size(); i++) {
            parse(i, leaves.get(i));
        }
        TileReader tiles = new TileReader(storage, claimed.size());
        new TreeGrowth(storage, 0).add(leaves, (tile, content) -> {
            if (tile.level() != Tile.ENTRIES && !tiles.hashes(tile).equals(content)) {
                throw new DamagedLogException(tile.path(), "other hashes than those of the entries");
            }
        });
        requireRoot(
                claimed,
                MerkleTree.rootOf(leaves.stream().map(MerkleTree::hashLeaf).toList()));
        return claimed;
    }

    private SignedCheckpoint current(NoteSigner signer) throws IOException, RejectedReleasesException {
        return current(signer.key().name(), List.of(signer.key()));
    }

    /** The checkpoint to go on from: signed by one of the keys, and borne out by the tiles that the next ones grow from. */
    private SignedCheckpoint current(String origin, List<NoteKey> keys) throws IOException, RejectedReleasesException {
        SignedCheckpoint current = checkpoint();
        current.requireSignedBy(origin, keys);
        Checkpoint tree = current.checkpoint();
        requireRoot(tree, reader(tree.size()).root(tree.size()));
        return current;
    }

    private static void requireRoot(Checkpoint claimed, Bytes found) throws DamagedLogException {
        if (!claimed.rootHash().equals(found)) {
            throw new DamagedLogException(
                    CHECKPOINT, "root hash " + claimed.rootHash().hex() + ", but the tiles give " + found.hex());
        }
    }

    private List<Bytes> leaves(long size) throws IOException {
        TileReader tiles = new TileReader(storage, size);
        List<Bytes> leaves = new ArrayList<>();
        for (long at = 0; at < size; at += Tile.FULL) {
            leaves.addAll(tiles.entries(Tile.holding(Tile.ENTRIES, at, size)));
        }
        return leaves;
    }

    private static LogEntry parse(int index, Bytes leaf) throws DamagedLogException {
        try {
            return LogEntry.parse(leaf);
        } catch (MalformedReleasesException e) {
            throw new DamagedLogException("entry " + index, e.getMessage(), e);
        }
    }

    private TreeProofs<IOException> reader(long size) {
        return new TreeProofs<>(new TileReader(storage, size));
    }

    private static void requireWithin(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no entry " + index + " among " + size);
        }
    }

    private static void requireOrder(long from, long to) {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException(from + " is not within " + to + " entries");
        }
    }

    private LockFile lock() throws IOException {
        return LockFile.take(folder.resolve(LOCK));
    }

    /** The commit: what was written before counts from here on. */
    private SignedCheckpoint publish(LockFile held, SignedCheckpoint checkpoint) throws IOException {
        held.requireHeld();
        storage.write(CHECKPOINT, StrictText.utf8(checkpoint.encode()));
        return checkpoint;
    }
}
