package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.voting.node.NodeListener;
import io.attestedmesh.voting.node.PeerView;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.grpc.ManagedChannel;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What a voter does when it is told to. Times are {@link System#nanoTime}, which processes of one Linux machine share. */
final class Voter implements NodeListener {
    private static final Value VALUE = new Value("42");
    private static final int STATEMENT_BYTES = 150;
    private static final int PATIENCE_SECONDS = 120;
    private static final long GLANCE_NANOS = 50_000;

    private final String self;
    private final Map<String, CompletableFuture<Long>> heard = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> settled = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> inLedger = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> inCoordination = new ConcurrentHashMap<>();
    private final AtomicLong decided = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile Semaphore window = new Semaphore(0);
    private volatile boolean loaded;
    private long before;
    private long cpu;
    private int next;
    private VotingNode node;
    private Callable<ManagedChannel> connect;
    private ManagedChannel channel;
    private Stores stores;
    private FileChannel written;

    Voter(String self) {
        this.self = self;
    }

    /** What it works with; {@code toNext} makes another connection to one of the others. */
    Voter with(VotingNode theNode, Callable<ManagedChannel> toNext, Stores itsStores, FileChannel toWrite)
            throws Exception {
        this.node = theNode;
        this.connect = toNext;
        this.channel = toNext.call();
        this.stores = itsStores;
        this.written = toWrite;
        return this;
    }

    void disconnect() {
        channel.shutdownNow();
    }

    private static CompletableFuture<Long> of(Map<String, CompletableFuture<Long>> times, String transaction) {
        return times.computeIfAbsent(transaction, key -> new CompletableFuture<>());
    }

    private static long got(Map<String, CompletableFuture<Long>> times, String transaction) throws Exception {
        return of(times, transaction).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void happened(Map<String, CompletableFuture<Long>> times, TransactionId transaction) {
        if (!loaded) {
            boolean unused = of(times, transaction.text()).complete(System.nanoTime());
        }
    }

    @Override
    public void stated(VerifiedStatement statement) {
        if (!statement.node().equals(self)) {
            happened(heard, statement.transaction());
        }
    }

    @Override
    public void settled(Ballot ballot) {
        happened(settled, ballot.transaction());
        long unused = decided.incrementAndGet();
        window.release();
    }

    /** The ledger has the outcome. */
    void inLedger(TransactionId transaction) {
        happened(inLedger, transaction);
    }

    /** The coordination store has the outcome. */
    void inCoordination(TransactionId transaction) {
        happened(inCoordination, transaction);
    }

    String perform(String... words) throws Exception {
        return switch (words[0]) {
            case "ready" -> ready();
            case "vote" -> vote(words[1], Long.parseLong(words[2]));
            case "heard" -> Long.toString(got(heard, words[1]));
            case "settled" -> Long.toString(got(settled, words[1]));
            case "stored" -> Long.toString(Math.max(got(inLedger, words[1]), got(inCoordination, words[1])));
            case "trip" -> bare(words, () -> trip(channel));
            case "handshake" -> bare(words, this::handshake);
            case "fsync" -> bare(words, this::fsync);
            case "swap" -> bare(words, stores::swap);
            case "insert" -> bare(words, stores::insert);
            case "load" ->
                load(words[1], Long.parseLong(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
            case "finish" -> finish(words[1], Integer.parseInt(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String ready() throws Exception {
        while (!node.info().get().ready() || !node.peers().get().stream().allMatch(PeerView::calls)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return stored();
    }

    /** Waits until both stores have all that was to be written. */
    private String stored() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (node.ledger().size() > 0 || node.outcomes().size() > 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        node.ledger().size() + " rows and " + node.outcomes().size() + " outcomes are not written yet");
            }
            LockSupport.parkNanos(GLANCE_NANOS);
        }
        return "0";
    }

    private static void await(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private String vote(String transaction, long at) throws Exception {
        await(at);
        var unused = node.vote(new TransactionId(transaction), VALUE).get();
        return "0";
    }

    /** So many times, one after the other. */
    private static String bare(String[] words, Times.Step step) throws Exception {
        await(Long.parseLong(words[2]));
        return Times.micros(Integer.parseInt(words[1]), step);
    }

    private static void trip(ManagedChannel over) throws Exception {
        var unused = PlainCalls.put(over, new byte[STATEMENT_BYTES]).get();
    }

    /** Connects, proves and verifies, and is answered once. */
    private void handshake() throws Exception {
        ManagedChannel another = connect.call();
        try {
            trip(another);
        } finally {
            another.shutdownNow();
        }
    }

    private void fsync() throws Exception {
        int unused = written.write(ByteBuffer.allocate(4096));
        written.force(true);
    }

    private void voteNext(String prefix) {
        next++;
        var unused = node.vote(new TransactionId(prefix + next), VALUE).whenComplete((own, failure) -> {
            if (failure != null) {
                int unusedToo = refused.incrementAndGet();
            }
        });
    }

    /** Votes in PREFIX1, PREFIX2, … for a while, with so many open at once; how many it voted in. */
    private String load(String prefix, long at, int seconds, int open) throws Exception {
        loaded = true;
        before = decided.get();
        next = 0;
        window = new Semaphore(open);
        await(at);
        cpu = cpuNanos();
        long end = at + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            if (window.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                voteNext(prefix);
            }
        }
        return Integer.toString(next);
    }

    /** Votes in those up to {@code last} that it has not voted in; when all were decided, and CPU seconds until then. */
    private String finish(String prefix, int last) throws Exception {
        while (next < last) {
            voteNext(prefix);
        }
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (decided.get() - before < last) {
            if (refused.get() > 0 || System.nanoTime() > patience) {
                throw new IllegalStateException((decided.get() - before) + " of " + last + " are decided, "
                        + refused.get() + " votes were refused");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        String done = System.nanoTime() + " " + (cpuNanos() - cpu) / 1e9;
        loaded = false;
        String unused = stored();
        return done;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
