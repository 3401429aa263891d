package io.attestedmesh.voting.journal;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Journal;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The journal in a file of H2's MVStore, and a log beside it, of one network and epoch. A commit is a record of the log; what the
 * log has is written to the store, and the log begun anew, when it is large, and when the journal is opened or closed. Each time
 * the two get one number more, so that they are known to belong together. For one thread, but for its spools.
 */
public final class FileJournal implements Journal, AutoCloseable {
    /** What is open, and own statements that others may not have yet. */
    private static final int REMEMBERED = 8192;
    /** What is settled is asked for hardly ever, a moment later: for long it would only be in the collector's way. */
    private static final int SETTLED = 256;

    private static final int RETENTION_MILLIS = 1000;
    private static final int LARGEST = 2 * Violation.LARGEST;
    private static final String OWNER = "committee";
    private static final String CHECKPOINT = "checkpoint";
    private static final String SPOOL = "spool.";
    /** The store is written when the log is so large and nothing else is to be done, */
    private static final long LARGE_LOG = 1L << 20;
    /** and in any case when it is so large: votes wait meanwhile. */
    private static final long LARGEST_LOG = 8L << 20;

    private final MVStore store;
    private final WriteAheadLog log;
    private final String owner;
    private final WriteBuffer changes = new WriteBuffer();
    private final Map<String, JournalMap<?, ?>> maps = new HashMap<>();
    private final JournalMap<String, Long> checkpoints;
    private final JournalMap<String, byte[]> ballots;
    private final JournalMap<String, byte[]> pending;
    private final JournalMap<Long, byte[]> own;
    private final JournalMap<String, byte[]> heard;
    private final JournalMap<Long, byte[]> violations;
    private final JournalMap<String, Long> violationIds;
    private final JournalMap<Long, byte[]> reinstatements;
    private final JournalMap<String, byte[]> announcements;
    private final JournalMap<String, Long> spooled;
    private final Map<String, FileSpool> spools = new LinkedHashMap<>();
    private final Recent<TransactionId, Ballot> open = new Recent<>(REMEMBERED);
    private final Recent<TransactionId, Ballot> settled = new Recent<>(SETTLED);
    private final Map<TransactionId, Ballot> changed = new LinkedHashMap<>();
    private final Recent<Long, VerifiedStatement> ownRemembered = new Recent<>(REMEMBERED);
    private final Recent<String, VerifiedStatement> heardRemembered = new Recent<>(REMEMBERED);

    private volatile boolean broken;

    /** What was used last, so that it is not read and parsed again. */
    private static final class Recent<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        private final int most;

        Recent(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        /** What is here, or in the file; then it is here too. */
        Optional<V> or(K key, Function<K, Optional<V>> inFile) {
            V known = get(key);
            if (known != null) {
                return Optional.of(known);
            }
            Optional<V> found = inFile.apply(key);
            found.ifPresent(value -> put(key, value));
            return found;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }

    /** How a stored thing is read. */
    @FunctionalInterface
    private interface Parser<T> {
        T parse(Bytes stored) throws MalformedStatementException;
    }

    private FileJournal(MVStore store, WriteAheadLog log, String owner) {
        this.store = store;
        this.log = log;
        this.owner = owner;
        this.checkpoints = texts(CHECKPOINT, LongDataType.INSTANCE);
        this.ballots = texts("ballots", ByteArrayDataType.INSTANCE);
        this.pending = texts("pending", ByteArrayDataType.INSTANCE);
        this.own = numbers("own");
        this.heard = texts("heard", ByteArrayDataType.INSTANCE);
        this.violations = numbers("violations");
        this.violationIds = texts("violationIds", LongDataType.INSTANCE);
        this.reinstatements = numbers("reinstatements");
        this.announcements = texts("announcements", ByteArrayDataType.INSTANCE);
        this.spooled = texts("spooled", LongDataType.INSTANCE);
    }

    private <V> JournalMap<String, V> texts(String name, DataType<V> values) {
        return map(name, StringDataType.INSTANCE, values);
    }

    private JournalMap<Long, byte[]> numbers(String name) {
        return map(name, LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    }

    private <K, V> JournalMap<K, V> map(String name, DataType<K> keys, DataType<V> values) {
        try {
            MVMap.Builder<K, V> typed = new MVMap.Builder<K, V>().keyType(keys).valueType(values);
            JournalMap<K, V> map = new JournalMap<>(name, store.openMap(name, typed), changes, this::failed);
            maps.put(name, map);
            return map;
        } catch (MVStoreException e) {
            throw failed(e);
        }
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws JournalException if it cannot be, is in use, or is of another network, epoch or node
     */
    public static FileJournal open(Path file, Committee committee, String node) {
        MVStore store = store(file);
        try {
            // every commit is made durable by itself, so what the one before it freed may be written over soon
            store.setRetentionTime(RETENTION_MILLIS);
            store.setVersionsToKeep(0);
            FileJournal journal = new FileJournal(
                    store,
                    new WriteAheadLog(file.resolveSibling(file.getFileName() + ".log")),
                    committee.network() + " epoch " + committee.epoch() + " node " + node);
            journal.requireOwn(file);
            journal.goOn();
            return journal;
        } catch (RuntimeException | IOException e) { // whatever a damaged file brings about
            store.closeImmediately();
            throw e instanceof JournalException known ? known : unopened(file, e);
        }
    }

    private static MVStore store(Path file) {
        try {
            return DurableFile.open(file);
        } catch (RuntimeException e) { // whatever a damaged file brings about
            throw unopened(file, e);
        }
    }

    private static JournalException unopened(Path file, Exception why) {
        return new JournalException("the journal " + file + " cannot be opened: " + why.getMessage(), why);
    }

    private JournalException failed(Exception why) {
        broken = true;
        return new JournalException("the journal cannot be read or written: " + why.getMessage(), why);
    }

    private void requireOwn(Path file) {
        String was =
                texts(OWNER, StringDataType.INSTANCE).putIfAbsent(OWNER, owner).orElse(owner);
        if (!was.equals(owner)) {
            throw new JournalException("the journal " + file + " is of " + was + ", not of " + owner
                    + ": another epoch needs a directory of its own");
        }
    }

    /** Does again what the log has and the store has not, and begins a new log. */
    private void goOn() throws IOException {
        long stored = checkpoints.get(CHECKPOINT).orElse(0L);
        if (stored == 0 && !log.exists()) {
            log.restart(beginning(0));
        }
        List<ByteBuffer> records = log.exists() ? log.read() : List.of();
        if (!records.isEmpty() && records.get(0).equals(beginning(stored))) {
            records.stream().skip(1).forEach(this::redo);
            checkpoint();
        } else if (!records.isEmpty() && records.get(0).equals(beginning(stored - 1))) {
            log.restart(beginning(stored)); // the store has what is in it; once more, and they would be two apart
        } else {
            throw new JournalException(
                    log + ", the log of the journal, is missing or does not belong to it: put back both of one moment");
        }
    }

    /** The first record of a log that goes on where the store was written for the {@code checkpoint}th time. */
    private ByteBuffer beginning(long checkpoint) {
        WriteBuffer first = new WriteBuffer(1024);
        StringDataType.INSTANCE.write(first, owner);
        return first.putLong(checkpoint).getBuffer().flip();
    }

    private void redo(ByteBuffer record) {
        while (record.hasRemaining()) {
            String name = StringDataType.INSTANCE.read(record);
            JournalMap<?, ?> map = name.startsWith(SPOOL) && !maps.containsKey(name) ? numbers(name) : maps.get(name);
            map.redo(record);
        }
    }

    /** Writes the store; if that ends half way, its log has all of it still. */
    private void checkpoint() throws IOException {
        long next = checkpoints.get(CHECKPOINT).orElse(0L) + 1;
        var unused = checkpoints.put(CHECKPOINT, next);
        changes.clear(); // the store is about to have it
        store.commit();
        store.sync();
        log.restart(beginning(next));
    }

    /** The spool of that name, made if there is none; each by one consumer. Call it before the first commit. */
    public FileSpool spool(String name) {
        return spools.computeIfAbsent(
                name,
                key -> new FileSpool(numbers(SPOOL + key), spooled.get(key).orElse(0L)));
    }

    private static <T> T read(Parser<T> parser, byte[] stored) {
        try {
            return parser.parse(Bytes.of(stored));
        } catch (MalformedStatementException | IllegalArgumentException e) {
            throw new JournalException("the journal holds what it cannot have been given", e);
        }
    }

    @Override
    public Optional<Ballot> ballot(TransactionId transaction) {
        for (Map<TransactionId, Ballot> known : List.of(changed, open, settled)) {
            Ballot ballot = known.get(transaction);
            if (ballot != null) {
                return Optional.of(ballot);
            }
        }
        Optional<Ballot> stored = ballots.get(transaction.text()).map(bytes -> read(Ballot::parse, bytes));
        stored.ifPresent(this::remember);
        return stored;
    }

    /** As it is in the file, and in one place: an older one somewhere else would come to light again. */
    private void remember(Ballot ballot) {
        if (ballot.outcome() == Outcome.PENDING) {
            open.put(ballot.transaction(), ballot);
        } else {
            open.remove(ballot.transaction());
            settled.put(ballot.transaction(), ballot);
        }
    }

    @Override
    public void put(Ballot ballot) {
        changed.put(ballot.transaction(), ballot); // written once, however often it changes until then
    }

    private void writeChanged() {
        changed.values().forEach(this::write);
        changed.clear();
    }

    private void write(Ballot ballot) {
        remember(ballot);
        var unused = ballots.put(ballot.transaction().text(), ballot.encoded().toByteArray());
        var unusedToo = ballot.outcome() == Outcome.PENDING
                ? pending.putIfAbsent(ballot.transaction().text(), new byte[0])
                : pending.remove(ballot.transaction().text());
    }

    /** How many transactions there are, and how many of them are pending. */
    public long transactions() {
        writeChanged();
        return ballots.size();
    }

    @Override
    public List<TransactionId> pending() {
        writeChanged();
        return pending.keys().stream().map(TransactionId::new).toList();
    }

    @Override
    public long lastOwn() {
        return own.lastKey().orElse(0L);
    }

    @Override
    public void append(VerifiedStatement statement) {
        var unused = own.put(
                statement.statement().sequence(), statement.signed().encoded().toByteArray());
        ownRemembered.put(statement.statement().sequence(), statement);
    }

    @Override
    public Optional<VerifiedStatement> own(long sequence) {
        return ownRemembered.or(sequence, key -> own.get(key).map(FileJournal::statement));
    }

    private static VerifiedStatement statement(byte[] stored) {
        return VerifiedStatement.readmit(read(SignedStatement::parse, stored));
    }

    @Override
    public long heard(String node) {
        return lastHeard(node).map(last -> last.statement().sequence()).orElse(0L);
    }

    @Override
    public Optional<VerifiedStatement> lastHeard(String node) {
        return heardRemembered.or(node, key -> heard.get(key).map(FileJournal::statement));
    }

    @Override
    public void heard(String node, VerifiedStatement last) {
        var unused = heard.put(node, last.signed().encoded().toByteArray());
        heardRemembered.put(node, last);
    }

    @Override
    public void put(Conduct.Known known) {
        long next = violations.lastKey().orElse(0L) + 1;
        var unused = violations.put(
                next,
                new CanonicalWriter()
                        .number(known.since().toEpochMilli())
                        .bytes(known.violation().violation().encoded())
                        .written()
                        .toByteArray());
        var unusedToo = violationIds.put(known.violation().id().hex(), next);
    }

    @Override
    public void remove(Bytes violation) {
        var unused = violationIds.remove(violation.hex()).flatMap(violations::remove);
    }

    @Override
    public List<Conduct.Known> violations() {
        List<Conduct.Known> all = new ArrayList<>();
        violations.values().forEach(stored -> all.add(read(FileJournal::known, stored)));
        return all;
    }

    private static Conduct.Known known(Bytes stored) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(stored);
        Instant since = Instant.ofEpochMilli(in.number(0));
        Violation violation = Violation.parse(in.bytes(LARGEST));
        in.end();
        return new Conduct.Known(VerifiedViolation.readmit(violation), since);
    }

    @Override
    public void put(Reinstatement act) {
        var unused = reinstatements.put(
                reinstatements.lastKey().orElse(0L) + 1, act.encoded().toByteArray());
    }

    @Override
    public List<Reinstatement> reinstatements() {
        List<Reinstatement> all = new ArrayList<>();
        reinstatements.values().forEach(stored -> all.add(read(Reinstatement::parse, stored)));
        return all;
    }

    /** Keeps which key its node announced. */
    public void put(Announcement announcement) {
        var unused =
                announcements.put(announcement.node(), announcement.encoded().toByteArray());
    }

    /** The announcements that were kept. */
    public List<Announcement> announcements() {
        List<Announcement> all = new ArrayList<>();
        announcements.values().forEach(stored -> all.add(read(Announcement::parse, stored)));
        return all;
    }

    /** Whether {@link #commit} would write something, or fail. */
    public boolean isAhead() {
        return isUnusable() || !changed.isEmpty() || changes.position() > 0;
    }

    /** A store that is closed says that it has nothing to write. */
    private boolean isUnusable() {
        return broken || store.isClosed();
    }

    private void requireUsable() {
        if (isUnusable()) {
            throw new JournalException(
                    "the journal failed before or is closed, so what is in it may be half of what belongs together");
        }
    }

    @Override
    public void commit() {
        requireUsable();
        writeChanged();
        spools.forEach((name, spool) -> {
            if (spool.isAhead()) {
                var unused = spooled.put(name, spool.last());
            }
        });
        try {
            if (changes.position() > 0) { // else there is nothing that a write to the disk would be for
                log.append(changes.getBuffer().duplicate().flip());
                changes.clear();
            }
        } catch (IOException e) {
            throw failed(e);
        }
        checkpointAbove(LARGEST_LOG);
        requireUsable();
        spools.values().forEach(FileSpool::committed);
    }

    private void checkpointAbove(long bytes) {
        try {
            if (log.size() > bytes) {
                checkpoint();
            }
        } catch (IOException | MVStoreException e) {
            throw failed(e);
        }
    }

    /** To be called while there is nothing else to do: does what would hold up votes at another time. */
    public void rest() {
        requireUsable();
        if (!isAhead()) { // else half of what belongs together could get into the store
            checkpointAbove(LARGE_LOG);
        }
    }

    /** From any thread: what is not committed may be half of what belongs together, so nothing is committed any more. */
    public void abandon() {
        broken = true;
    }

    /** Commits, unless something failed before, and closes the files. */
    @Override
    public void close() {
        try (log) {
            if (!isUnusable()) {
                commit();
                checkpoint();
                store.close();
            }
        } catch (IOException | MVStoreException e) {
            throw failed(e);
        } finally {
            store.closeImmediately();
        }
    }
}
