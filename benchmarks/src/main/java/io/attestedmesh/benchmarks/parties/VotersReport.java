package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.benchmarks.parties.Detection.Micros;
import io.attestedmesh.benchmarks.parties.Stores.Servers;
import io.attestedmesh.benchmarks.parties.Voters.Decision;
import io.attestedmesh.benchmarks.parties.Voters.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What votes cost, as Markdown: {@code VotersReport ROUNDS SECONDS PLOT.svg [ETCD POSTGRES PASSWORD-FILE]}. The cost of more voters
 * is measured once, whatever the rounds.
 */
public final class VotersReport {
    private static final String TRIP = "bare gRPC round trip";
    private static final String FSYNC = "one fsync of 4 KiB";
    private static final String SWAP = "bare compare-and-swap in etcd";
    private static final String INSERT = "bare insert in PostgreSQL";
    private static final int VOTERS = 5;
    private static final int THRESHOLD = 4;
    private static final int OPEN = 256;
    /** After so many loads of a third of the time the compiler is done with most of what it compiles. */
    private static final int WARM = 7;
    /** So few that many voters on few cores keep up, and need not ask each other. */
    private static final int FEW = 16;

    /**
     * How much is done.
     *
     * @param samples of each latency
     * @param seconds of load; seven times a third of it before, to warm up
     * @param numbers of voters
     */
    record Scale(int samples, int seconds, List<Integer> numbers) {}

    private final Path folder;
    private final Scale scale;
    private final Figures figures = new Figures();
    private int networks;

    private VotersReport(Path folder, Scale scale) {
        this.folder = folder;
        this.scale = scale;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("amesh-voters-");
        Scale scale = new Scale(300, Integer.parseInt(args[1]), List.of(4, 7, 13, 25));
        Optional<Servers> servers =
                args.length > 3 ? Optional.of(new Servers(args[3], args[4], Path.of(args[5]))) : Optional.empty();
        Figures all = run(folder, Integer.parseInt(args[0]), scale, servers);
        System.out.print(all.markdown());
        Files.write(Path.of(args[2]), plot(all, scale.numbers()));
    }

    static byte[] plot(Figures figures, List<Integer> numbers) {
        return new Plot(
                        VotersReport::figure,
                        "ms",
                        "voters",
                        "processor time of one decided transaction, all voters together, attested TLS")
                .of(figures, numbers);
    }

    /** Every figure by its name, as often as there are rounds. */
    static Figures run(Path folder, int rounds, Scale scale, Optional<Servers> servers) throws Exception {
        VotersReport report = new VotersReport(folder, scale);
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            report.embedded();
            if (servers.isPresent()) {
                report.stores(servers);
            }
        }
        report.growth();
        return report.figures;
    }

    private Voters voters(List<String> options, int voters, int threshold, Optional<Servers> servers) throws Exception {
        networks++;
        return new Voters(
                options,
                Files.createDirectory(folder.resolve(folder.getFileName() + "-" + networks)),
                voters,
                threshold,
                servers);
    }

    private void embedded() throws Exception {
        try (Voters voters = voters(Voters.LAUNCHED, VOTERS, THRESHOLD, Optional.empty())) {
            warm(voters);
            latency(voters);
            throughput(voters);
        }
    }

    private void warm(Voters voters) throws IOException {
        for (int i = 0; i < WARM; i++) {
            var unused = voters.load("warm" + i, Math.max(1, scale.seconds() / 3), OPEN);
        }
    }

    private void percentiles(String what, List<Double> millis) {
        figures.add(what + ", p50 ms", Figures.percentile(millis, 50));
        figures.add(what + ", p99 ms", Figures.percentile(millis, 99));
    }

    /** One after the other, what a process does that is awake; median and 99th percentile, in ms. */
    private double[] busy(Voters voters, String what, String order) throws IOException {
        double[] millis = voters.busy(order, scale.samples());
        figures.add(what + ", one after the other, p50 ms", millis[0]);
        figures.add(what + ", one after the other, p99 ms", millis[1]);
        return millis;
    }

    private void ratio(String what, double measured, double rested, double busy) {
        figures.add("  " + what, measured / rested);
        figures.add("  " + what + ", one after the other", measured / busy);
    }

    private void latency(Voters voters) throws IOException {
        double[] busyTrip = busy(voters, TRIP, "trip");
        double[] busyFsync = busy(voters, FSYNC, "fsync");
        List<Double> trip = new ArrayList<>();
        List<Double> fsync = new ArrayList<>();
        List<Double> handshake = new ArrayList<>();
        List<Double> spread = new ArrayList<>();
        List<Double> decided = new ArrayList<>();
        for (int i = 0; i < scale.samples(); i++) { // in turn, so that all have the same neighbours
            trip.add(voters.rested("trip"));
            fsync.add(voters.rested("fsync"));
            handshake.add(voters.rested("handshake"));
            spread.add(voters.spread("spread" + i));
            decided.add(voters.decide("decide" + i).decided());
        }
        percentiles(TRIP, trip);
        percentiles(FSYNC, fsync);
        percentiles("another connection: attested handshake and one round trip", handshake);
        percentiles("vote submitted → all nodes have it", spread);
        ratio(
                "its p99 ÷ that of the round trip",
                Figures.percentile(spread, 99),
                Figures.percentile(trip, 99),
                busyTrip[1]);
        percentiles("submitted → decided and durable at all nodes", decided);
        ratio(
                "its p50 ÷ that of (round trip + one fsync)",
                Figures.percentile(decided, 50),
                Figures.percentile(trip, 50) + Figures.percentile(fsync, 50),
                busyTrip[0] + busyFsync[0]);
    }

    private void throughput(Voters voters) throws Exception {
        Load load = voters.load("load", scale.seconds(), OPEN);
        Micros micros = Detection.measure(Files.createTempDirectory(folder, "detection"));
        int nodes = voters.size();
        // each node signs one statement of a transaction and verifies those of the others
        double limit = Runtime.getRuntime().availableProcessors()
                * 1e6
                / (nodes * (micros.sign() + (nodes - 1) * micros.verify()));
        figures.add("decided transactions a second, for " + scale.seconds() + " s", load.perSecond());
        figures.add("  processor time of one, all nodes, ms", load.cpuMillis());
        figures.add("one Ed25519 signature, µs", micros.sign());
        figures.add("one Ed25519 verification, µs", micros.verify());
        figures.add("transactions a second that signatures alone allow", limit);
        figures.add("decided ÷ that limit", load.perSecond() / limit);
        figures.add("second vote arrived → double vote proved, µs", micros.detect());
        figures.add("  that ÷ one verification", micros.detect() / micros.verify());
    }

    private void stores(Optional<Servers> servers) throws Exception {
        try (Voters voters = voters(Voters.LAUNCHED, VOTERS, THRESHOLD, servers)) {
            warm(voters);
            double[] busySwap = busy(voters, SWAP, "swap");
            double[] busyInsert = busy(voters, INSERT, "insert");
            List<Double> swap = new ArrayList<>();
            List<Double> insert = new ArrayList<>();
            List<Double> stored = new ArrayList<>();
            for (int i = 0; i < scale.samples(); i++) {
                swap.add(voters.rested("swap"));
                insert.add(voters.rested("insert"));
                Decision decision = voters.decide("stored" + i);
                stored.add(decision.stored());
            }
            percentiles(SWAP, swap);
            percentiles(INSERT, insert);
            percentiles("submitted → decided, in etcd and PostgreSQL, by all nodes", stored);
            ratio(
                    "its p50 ÷ that of (compare-and-swap + insert)",
                    Figures.percentile(stored, 50),
                    Figures.percentile(swap, 50) + Figures.percentile(insert, 50),
                    busySwap[0] + busyInsert[0]);
            Load load = voters.load("load", Math.max(1, scale.seconds() / 3), OPEN);
            figures.add("decided transactions a second with etcd and PostgreSQL", load.perSecond());
        }
    }

    /** What the processor time of a transaction with so many voters is called. */
    private static String figure(int nodes) {
        return "processor time of a transaction of " + nodes + " voters, ms";
    }

    private void growth() throws Exception {
        for (int nodes : scale.numbers()) {
            try (Voters voters = voters(Voters.CROWDED, nodes, 2 * nodes / 3 + 1, Optional.empty())) {
                int seconds = Math.max(1, scale.seconds() / 6);
                var unused = voters.load("warm", seconds, FEW);
                figures.add(figure(nodes), voters.load("load", seconds, FEW).cpuMillis());
                List<Double> decided = new ArrayList<>();
                for (int i = 0; i < Math.max(1, scale.samples() / 6); i++) {
                    decided.add(voters.decide("decide" + i).decided());
                }
                figures.add(
                        "submitted → decided and durable at " + nodes + " voters, p50 ms",
                        Figures.percentile(decided, 50));
            }
        }
    }
}
