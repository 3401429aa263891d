package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStoreException;

/** This node's outcomes in a file of its own. Nobody else writes there: nodes agree by their votes alone. */
public final class EmbeddedCoordination implements Coordination {
    private static final String REVISION = "revision";

    private final EmbeddedFile file;
    private final MVMap<String, byte[]> transactions;
    private final MVMap<String, byte[]> members;
    private final MVMap<String, byte[]> meta;
    private final MemberJson json;
    private final Clock clock;
    private final List<EmbeddedWatch> watches = new CopyOnWriteArrayList<>();
    private final List<EmbeddedMembership> memberships = new CopyOnWriteArrayList<>();

    private EmbeddedCoordination(EmbeddedFile file, Committee committee, MeterRegistry registry, Clock clock) {
        String prefix = committee.network() + "/" + committee.epoch() + "/";
        this.file = file;
        this.transactions = file.map(prefix + "transactions");
        this.members = file.map(prefix + "members");
        this.meta = file.map(prefix + "meta");
        this.json = new MemberJson(committee, registry);
        this.clock = clock;
    }

    /** Opens or creates {@code path}, which one process has at a time; its folder exists. */
    public static EmbeddedCoordination open(Path path, Committee committee, MeterRegistry registry, Clock clock)
            throws CoordinationException {
        return new EmbeddedCoordination(EmbeddedFile.open(path), committee, registry, clock);
    }

    @Override
    public Optional<StoredOutcome> outcome(TransactionId transaction) throws CoordinationException {
        return reading(() -> stored(transaction));
    }

    private Optional<StoredOutcome> stored(TransactionId transaction) {
        return Optional.ofNullable(transactions.get(transaction.text())).map(EmbeddedCoordination::row);
    }

    private static StoredOutcome row(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        long revision = in.getLong();
        return new StoredOutcome(Bytes.of(value).slice(Long.BYTES, value.length), revision);
    }

    @Override
    public CompletableFuture<Swap> swap(TransactionId transaction, long expectedRevision, Bytes certificate) {
        if (certificate.size() > LARGEST) {
            return CompletableFuture.failedFuture(new CoordinationException(
                    "a certificate of " + certificate.size() + " bytes is not stored: " + LARGEST + " is the most"));
        }
        return file.change(
                        () -> write(transaction, expectedRevision, certificate),
                        written -> written.revision()
                                .ifPresent(revision -> watches.forEach(watch -> watch.changed(transaction, revision))))
                .thenApply(Written::swap);
    }

    private record Written(Swap swap, OptionalLong revision) {}

    private Written write(TransactionId transaction, long expectedRevision, Bytes certificate) {
        Optional<StoredOutcome> present = stored(transaction);
        if (present.map(StoredOutcome::revision).orElse(0L) != expectedRevision) {
            return new Written(new Swap(false, present), OptionalLong.empty());
        }
        long revision = nextRevision();
        transactions.put(transaction.text(), stamped(revision, certificate));
        return new Written(Swap.DONE, OptionalLong.of(revision));
    }

    private long nextRevision() {
        byte[] last = meta.get(REVISION);
        long next = (last == null ? 0 : ByteBuffer.wrap(last).getLong()) + 1;
        meta.put(REVISION, ByteBuffer.allocate(Long.BYTES).putLong(next).array());
        return next;
    }

    private static byte[] stamped(long stamp, Bytes content) {
        return ByteBuffer.allocate(Long.BYTES + content.size())
                .putLong(stamp)
                .put(content.toByteArray())
                .array();
    }

    @Override
    public Membership join(MemberRecord me, Duration ttl) {
        EmbeddedMembership membership = new EmbeddedMembership(this, me, json.write(me), ttl);
        memberships.add(membership);
        membership.begin();
        return membership;
    }

    /** Until {@code expiry} that member is there. */
    CompletableFuture<Boolean> hold(MemberRecord me, Bytes content, Instant expiry) {
        return file.change(
                () -> {
                    members.put(me.node(), stamped(expiry.toEpochMilli(), content));
                    return true;
                },
                changed -> watches.forEach(EmbeddedWatch::membersChanged));
    }

    CompletableFuture<Boolean> drop(EmbeddedMembership membership, MemberRecord me) {
        memberships.remove(membership);
        return file.change(
                () -> members.remove(me.node()) != null, changed -> watches.forEach(EmbeddedWatch::membersChanged));
    }

    Clock clock() {
        return clock;
    }

    @Override
    public List<MemberRecord> members() throws CoordinationException {
        return reading(() -> {
            List<MemberRecord> present = new ArrayList<>();
            for (Iterator<String> names = members.keyIterator(null); names.hasNext(); ) {
                String name = names.next();
                byte[] value = members.get(name);
                if (value != null && ByteBuffer.wrap(value).getLong() > clock.millis()) {
                    json.read(name, Arrays.copyOfRange(value, Long.BYTES, value.length))
                            .ifPresent(present::add);
                }
            }
            return present;
        });
    }

    @Override
    public Watch watch(WatchFrom from, Watcher watcher) throws CoordinationException {
        WatchDelivery delivery = new WatchDelivery(watcher);
        EmbeddedWatch watch = new EmbeddedWatch(this, delivery, watches::remove);
        watches.add(watch); // first, so that nothing falls between what stands there and what changes
        if (from == WatchFrom.NOW) {
            byte[] last = reading(() -> Optional.ofNullable(meta.get(REVISION))).orElse(new byte[Long.BYTES]);
            watch.skipThrough(ByteBuffer.wrap(last).getLong());
            delivery.know(members());
        }
        watch.begin();
        return watch;
    }

    /** Calls {@code each} for rows with a later revision, in any order. */
    void changedAfter(long revision, RowReader each) throws CoordinationException {
        reading(() -> {
            for (Iterator<String> names = transactions.keyIterator(null); names.hasNext(); ) {
                TransactionId transaction = new TransactionId(names.next());
                stored(transaction)
                        .filter(row -> row.revision() > revision)
                        .ifPresent(row -> each.row(transaction, row));
            }
            return true;
        });
    }

    /** Takes rows. */
    interface RowReader {
        void row(TransactionId transaction, StoredOutcome stored);
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T reading(Reading<T> reading) throws CoordinationException {
        try {
            return reading.read();
        } catch (MVStoreException e) {
            throw new CoordinationException("the coordination file cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        memberships.forEach(EmbeddedMembership::close);
        watches.forEach(EmbeddedWatch::close);
        file.close();
    }
}
