package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.mpc.canary.CheckedRounds;
import io.attestedmesh.mpc.canary.CheckedRounds.Outcome;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.grpc.ManagedChannel;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a party can be told to do; each answers with figures, separated by spaces. */
final class Work {
    static final String CONTEXT = "benchmark";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final SessionOptions OPTIONS = new SessionOptions(PATIENCE, Duration.ofHours(1));
    private static final int CHUNK = 1 << 20;

    private final int self;
    private final MpcNetwork network;
    private final List<ManagedChannel> others;

    /** @param others channels to the other parties, in the order of their ids */
    Work(int self, MpcNetwork network, List<ManagedChannel> others) {
        this.self = self;
        this.network = network;
        this.others = others;
    }

    String perform(String... words) throws Exception {
        long a = Long.parseLong(words[1]);
        int b = Integer.parseInt(words[2]);
        int c = Integer.parseInt(words[3]);
        return switch (words[0]) {
            case "rounds" -> rounds(a, b, c);
            case "calls" -> calls(b, c);
            case "send" -> send(a, b);
            case "take" -> take(a, b);
            case "upload" -> upload(b);
            case "idle" -> idle(a, b);
            case "collect" -> Long.toString(usedHeap());
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    /** Sessions numbered from {@code first}, all at once, each of so many rounds from all to all: seconds, p50, p99 of a round. */
    private String rounds(long first, int sessions, int rounds) throws Exception {
        byte[] message = new byte[1024];
        long[][] micros = new long[sessions][rounds];
        List<CompletableFuture<Outcome>> running = new ArrayList<>();
        long begin = System.nanoTime();
        if (sessions == 1) {
            try (NetworkSession session = network.open(new SessionId(first, 0), CONTEXT, OPTIONS)) {
                inTurn(session, message, micros[0]);
                session.complete();
            }
        }
        for (int i = 0; sessions > 1 && i < sessions; i++) {
            NetworkSession session = network.open(new SessionId(first, i), CONTEXT, OPTIONS);
            long[] own = micros[i];
            running.add(new CheckedRounds(
                            session,
                            rounds,
                            message.length,
                            PATIENCE,
                            nanos -> own[(int) session.round()] = nanos / 1000)
                    .start());
        }
        for (CompletableFuture<Outcome> session : running) {
            session.join().failure().ifPresent(why -> {
                throw new IllegalStateException(why.toString());
            });
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return seconds + " "
                + percentiles(
                        Arrays.stream(micros).flatMapToLong(Arrays::stream).toArray());
    }

    private static void inTurn(NetworkSession session, byte[] message, long[] micros)
            throws SessionException, InterruptedException {
        for (int round = 0; round < micros.length; round++) {
            long begin = System.nanoTime();
            session.sendAll(message);
            session.receiveAll(round, PATIENCE);
            micros[round] = (System.nanoTime() - begin) / 1000;
            session.nextRound();
        }
    }

    private static String percentiles(long[] micros) {
        Arrays.sort(micros);
        return micros[micros.length / 2] + " " + micros[(int) (micros.length * 99L / 100)];
    }

    /** As many chains of calls at once as there would be sessions, each to all others and on when all have answered. */
    private String calls(int chains, int rounds) {
        byte[] message = new byte[1024];
        long[][] micros = new long[chains][rounds];
        List<CompletableFuture<Void>> running = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < chains; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            chain(message, micros[i], 0, done);
            running.add(done);
        }
        CompletableFuture.allOf(running.toArray(new CompletableFuture<?>[0])).join();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return seconds + " "
                + percentiles(
                        Arrays.stream(micros).flatMapToLong(Arrays::stream).toArray());
    }

    private void chain(byte[] message, long[] micros, int round, CompletableFuture<Void> done) {
        if (round == micros.length) {
            done.complete(null);
            return;
        }
        long begin = System.nanoTime();
        CompletableFuture<?>[] all =
                others.stream().map(channel -> PlainCalls.put(channel, message)).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> unused = CompletableFuture.allOf(all).handle((nothing, failure) -> {
            micros[round] = (System.nanoTime() - begin) / 1000;
            if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                chain(message, micros, round + 1, done);
            }
            return null;
        });
    }

    /** A stream of so many MiB to party 2. */
    private String send(long id, int mebibytes) throws Exception {
        long begin = System.nanoTime();
        try (NetworkSession session = network.open(new SessionId(id, 0), CONTEXT, OPTIONS)) {
            session.send(2, new Zeros((long) mebibytes << 20))
                    .toCompletableFuture()
                    .get();
            session.complete();
        }
        return (System.nanoTime() - begin) / 1e9 + " " + peakHeap();
    }

    private record Zeros(long size) implements MessageSource {
        @Override
        public InputStream from(long offset) {
            return new InputStream() {
                private long left = size - offset;

                @Override
                public int read() {
                    return left-- > 0 ? 0 : -1;
                }

                @Override
                public int read(byte[] into, int from, int most) {
                    if (left == 0) {
                        return -1;
                    }
                    int count = (int) Math.min(most, left);
                    left -= count;
                    return count;
                }
            };
        }
    }

    private String take(long id, int mebibytes) throws Exception {
        try (NetworkSession session = network.open(new SessionId(id, 0), CONTEXT, OPTIONS)) {
            long bytes = session.receive(1, part -> {}, PATIENCE);
            session.complete();
            if (bytes != (long) mebibytes << 20) {
                throw new IllegalStateException(bytes + " bytes");
            }
        }
        return Long.toString(peakHeap());
    }

    /** The same in chunks of 1 MiB by gRPC alone. */
    private String upload(int mebibytes) {
        long begin = System.nanoTime();
        PlainCalls.upload(others.get(0), new byte[CHUNK], mebibytes).join();
        return Double.toString((System.nanoTime() - begin) / 1e9);
    }

    /** What so many open sessions cost that have said and heard one message: bytes each. */
    private String idle(long first, int sessions) throws Exception {
        long before = usedHeap();
        List<NetworkSession> open = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            open.add(network.open(new SessionId(first, i), CONTEXT, OPTIONS));
        }
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (NetworkSession session : open) {
            sent.add(session.sendAll(new byte[] {(byte) self}).toCompletableFuture());
        }
        for (NetworkSession session : open) {
            session.receiveAll(0, PATIENCE);
        }
        CompletableFuture.allOf(sent.toArray(new CompletableFuture<?>[0])).join();
        sent.clear();
        long each = (usedHeap() - before) / sessions;
        open.forEach(NetworkSession::complete);
        return Long.toString(each);
    }

    private static long usedHeap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** The most that pools of the heap have had at once, each at its own time: an upper bound. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
