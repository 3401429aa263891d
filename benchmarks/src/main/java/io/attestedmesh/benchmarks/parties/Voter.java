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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a voter does when it is told to. Times are {@link System#nanoTime}, which processes of one Linux machine share. */
final class Voter implements NodeListener {
    private static final Value VALUE = new Value("42");
    private static final int STATEMENT_BYTES = 150;

    private final String self;
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final Map<String, Long> settled = new ConcurrentHashMap<>();
    private final AtomicLong decided = new AtomicLong();
    private volatile Semaphore window = new Semaphore(0);
    private volatile boolean recording = true;
    private VotingNode node;
    private ManagedChannel channel;
    private Path folder;

    Voter(String self) {
        this.self = self;
    }

    Voter with(VotingNode theNode, ManagedChannel toNext, Path own) {
        this.node = theNode;
        this.channel = toNext;
        this.folder = own;
        return this;
    }

    @Override
    public void stated(VerifiedStatement statement) {
        if (recording && !statement.node().equals(self)) {
            heard.put(statement.transaction().text(), System.nanoTime());
        }
    }

    @Override
    public void settled(Ballot ballot) {
        decided.incrementAndGet();
        if (recording) {
            settled.put(ballot.transaction().text(), System.nanoTime());
        }
        window.release();
    }

    String perform(String... words) throws Exception {
        return switch (words[0]) {
            case "ready" -> ready();
            case "vote" -> vote(words[1]);
            case "times" -> heard.getOrDefault(words[1], 0L) + " " + settled.getOrDefault(words[1], 0L);
            case "trip" ->
                micros(
                        Integer.parseInt(words[1]),
                        () -> PlainCalls.put(channel, new byte[STATEMENT_BYTES]).get());
            case "fsync" -> fsync(Integer.parseInt(words[1]));
            case "load" -> load(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String ready() throws Exception {
        while (!node.info().get().ready() || !node.peers().get().stream().allMatch(PeerView::calls)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        while (node.info().get().pending() > 0 || node.ledger().size() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return "ready";
    }

    /** When it was asked for. */
    private String vote(String transaction) throws Exception {
        long begin = System.nanoTime();
        var unused = node.vote(new TransactionId(transaction), VALUE).get();
        return Long.toString(begin);
    }

    /** Something that takes a while. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Median and 99th percentile, in µs. */
    private static String micros(int times, Step step) throws Exception {
        double[] micros = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            step.run();
            micros[i] = (System.nanoTime() - begin) / 1e3;
        }
        Arrays.sort(micros);
        return micros[times / 2] + " " + micros[times * 99 / 100];
    }

    private String fsync(int times) throws Exception {
        try (FileChannel file =
                FileChannel.open(folder.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            return micros(times, () -> {
                int unused = file.write(ByteBuffer.allocate(4096));
                file.force(true);
            });
        }
    }

    /** Votes in transactions PREFIX1, PREFIX2, … with so many open at once; how many were decided, and CPU seconds. */
    private String load(String prefix, int seconds, int open) throws Exception {
        recording = false;
        long before = decided.get();
        long cpu = cpuNanos();
        window = new Semaphore(open);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int next = 1;
        while (System.nanoTime() < end) {
            if (window.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                var unused = node.vote(new TransactionId(prefix + next), VALUE);
                next++;
            }
        }
        String did = (decided.get() - before) + " " + (cpuNanos() - cpu) / 1e9;
        ready(); // what is still open is no part of what comes next
        recording = true;
        return did;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
